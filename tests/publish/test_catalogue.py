"""The words that pages say themselves: every one in every language, with the same places in it, none forgotten."""

import re
import tomllib
from collections.abc import Iterator
from gettext import c2py
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from pipeline.publish import catalogue, stored_words
from pipeline.publish.catalogue import LANGUAGES, LOCALE, catalogue_file, translations_of
from pipeline.publish.diff import Kind
from pipeline.publish.page_language import page_language
from pipeline.publish.stored_words import CHECK_QUESTIONS, COUNTED, WORDS
from pipeline.records.claims import ClaimKind, Loss, Part
from pipeline.records.items import DateFrom, Extent, Relevance
from pipeline.records.pages import Evolution, Tension
from pipeline.records.threads import ThreadState
from pipeline.synthesize.answer import LeftOutAnswer
from pipeline.synthesize.news import SUPERSEDED_WORDS
from pipeline.verify.claims import Fault
from pipeline.verify.gates import EXAMPLE, GATES, Code, Section
from pipeline.verify.gates import Sentence as Said
from tests import ROOT

TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%\((\w+)\)s")


def read(language: str) -> Catalog:
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def messages(read_from: Catalog) -> Iterator[Message]:
    return (message for message in read_from if message.id)


@pytest.fixture(scope="module")
def template() -> Catalog:
    with (LOCALE / "messages.pot").open("rb") as file:
        return read_po(file)


def test_eleven_languages_have_words_of_their_own():
    assert set(LANGUAGES) == {"en", "de", "fr", "es", "pt", "it", "nl", "pl", "ja", "zh", "ar"}


def test_the_template_has_exactly_the_words_of_templates_and_code(template):
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {m["pattern"]: {k: v for k, v in m.items() if k not in ("pattern", "method")} for m in mappings}
    found = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT / "pipeline/publish", methods, options):
        found.add(message, context=context)
    assert {(key(m), m.id) for m in messages(found)} == {(key(m), m.id) for m in messages(template)}
    assert len(found) > 300


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_word_is_missing_doubtful_or_left_over(template, language):
    words = read(language)
    assert {key(message) for message in messages(words)} == {key(message) for message in messages(template)}
    assert not words.obsolete
    forms = {key(m): [m.string] if isinstance(m.id, str) else list(m.string) for m in messages(words)}
    assert [k for k, said in forms.items() if not all(said)] == []
    assert [key(m) for m in messages(words) if m.fuzzy] == []
    assert {len(forms[key(m)]) for m in messages(words) if not isinstance(m.id, str)} == {words.num_plurals}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_word_has_the_places_of_its_key_and_no_markup(language):
    """A form for one number alone (Arabic: none, one, two) may say the number in words."""
    words = read(language)
    plural = c2py(words.plural_expr)
    counts = [[n for n in range(1000) if plural(n) == form] for form in range(words.num_plurals)]
    for message in messages(words):
        forms = [message.string] if isinstance(message.id, str) else message.string
        wanted = set(PLACE.findall(message.id if isinstance(message.id, str) else message.id[1]))
        for form, said in enumerate(forms):
            may_lack = {"num"} if len(forms) > 1 and len(counts[form]) == 1 else set()
            assert wanted - may_lack <= set(PLACE.findall(said)) <= wanted, said
            assert not re.search(r'[<>&"]|%(?!\()', said), said


def test_a_language_without_words_of_its_own_gets_english_ones_and_a_variety_those_of_its_language(monkeypatch):
    for tag, said in (
        ("sv", "Sources"),
        ("xx", "Sources"),
        ("de-AT", "Quellen"),
        ("pt-BR", "Fontes"),
        ("zh-Hant", "来源"),
    ):
        assert translations_of(tag).gettext("Sources") == said
    assert translations_of("de").gettext("a word nobody has translated") == "a word nobody has translated"


# What records keep in English words

FIELDS: dict[str, set[str]] = {
    "state of a thread": set(get_args(ThreadState)) - {"proposed", "declined"},  # those have no page
    "extent": set(get_args(Extent)),
    "source of a date": {f"by its {word}" for word in get_args(DateFrom)},
    "part in an article": set(get_args(Part)),
    "kind of claim": set(get_args(ClaimKind)),
    "evolution": {*get_args(Evolution.model_fields["word"].annotation), "none"},
    "state of a question": {*get_args(Tension.model_fields["state"].annotation)},
    "what became of it": set(get_args(Loss.model_fields["done"].annotation)),
    "check": set(get_args(Code)),
    "reason": {
        *SUPERSEDED_WORDS.values(),
        *get_args(Fault),
        *set(get_args(Relevance)) - {"relevant"},
        *get_args(LeftOutAnswer.model_fields["why"].annotation),
    },
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_word_of_a_closed_list_is_in_the_catalogues(field):
    assert FIELDS[field] - {word for kept, word in WORDS if kept == field} == set()
    if field not in ("reason",):
        assert {word for kept, word in WORDS if kept == field} - FIELDS[field] == set()


def test_every_gate_has_a_question_for_readers():
    assert {gate.code for gate in GATES} == set(CHECK_QUESTIONS)


def test_the_kinds_of_a_sentences_change_are_counted():
    assert {f"%(num)s {kind}" for kind in get_args(Kind)} == {word for kept, _, word in COUNTED if kept == "sentences"}


def test_what_a_sure_gate_says_is_known_by_its_pattern():
    german = translations_of("de")
    for gate in (gate for gate in GATES if gate.sure and gate.fails):
        sentence = Said(id="s", text=gate.fails, claims=(EXAMPLE.claim,), reading=False)
        detail = gate.check(sentence, {EXAMPLE.claim: EXAMPLE}, Section("Narrative"))
        assert detail
        assert stored_words.said_of(detail, "reason", german) != detail, detail


@pytest.mark.parametrize(
    ("field", "stored", "shown"),
    [
        ("reason", "set aside: off topic", "beiseitegelegt: anderes Thema"),
        ("reason", "not read: http 404", "nicht gelesen: HTTP 404"),
        ("reason", "read, and left out: cannot be used", "gelesen und weggelassen: nicht verwendbar"),
        ("reason", "copy of [7]", "Kopie von [7]"),
        ("reason", "not supported", "nicht gestützt"),
        ("reason", '"a 100% %(sure)s thing" does not stand in the words it cites',
         '"a 100% %(sure)s thing" steht nicht in den Worten, die er anführt'),
        ("reason", "The model says why.", "The model says why."),
        ("reason of a state", "nothing new for 1 days", "seit 1 Tag nichts Neues"),
        ("reason of a state", "nothing new for 30 days", "seit 30 Tagen nichts Neues"),
        ("reason of a state", "reopened by news, after it was quiet", "durch Neues wieder geöffnet, zuvor ruhend"),
        ("reason of a state", "enough said", "enough said"),
        ("extent", "", ""),
    ],
)  # fmt: skip
def test_stored_words_are_said_in_the_pages_language_as_far_as_they_are_of_a_list(field, stored, shown):
    assert page_language("de").said_of(stored, field) == shown
    assert page_language("en").said_of(stored, field) == stored


def test_the_words_ship_with_the_program():
    assert catalogue.LOCALE.is_relative_to(ROOT / "pipeline")
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["pipeline"]
    assert not any(pattern in (ROOT / ".gitignore").read_text() for pattern in ("*.po", "*.pot", "locale"))


def test_reasons_of_the_extraction_are_in_the_catalogues():
    source = (ROOT / "pipeline/extract").glob("*.py")
    told = {match for file in source for match in re.findall(r'"(sentences [a-z ]+)"', file.read_text())}
    assert told
    assert told <= {word for kept, word in WORDS if kept == "reason"}


def test_why_an_item_could_not_be_read_is_in_the_catalogues():
    """By the codes that the code gives; those of feeds and searches are an operator's alone."""
    raised = re.compile(r'(?:FetchFailed|Unreadable|SourceError)\(\s*"([^"]+)"')
    codes = {code for file in (ROOT / "pipeline").rglob("*.py") for code in raised.findall(file.read_text())}
    assert len(codes) > 20
    known = {word for kept, word in WORDS if kept == "failure"}
    assert codes - known == {"http 404", "no provider", "no results", "not a feed"}
