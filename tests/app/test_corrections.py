"""What an operator corrects on a page: shown on the latest, kept out of older versions, made into the next, taken back."""

import json

import pytest

from pipeline import MachineError, testing
from pipeline.publish.formats import version_json
from pipeline.records.claims import Span
from pipeline.records.corrections import corrected
from pipeline.records.pages import Event, Figure
from pipeline.records.threads import Correction
from pipeline.text.named_dates import names_day
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, changing, follow, run_again

NOW = doubles.NOW
MORE = "http://a.example/b"
FEED = "http://feeds.example/all.xml"
PEOPLE = [
    {"name": "Ada Kerr", "also": ["Kerr"], "role": "", "venue": "", "same_because": []},
    {"name": "The board", "also": [], "role": "", "venue": "", "same_because": []},
]


def with_voices(page):
    """Two more voices, one of them with a position and a side, beside another of the same line."""
    page["cast"] += PEOPLE
    sentences = page["narrative"][0]["sentences"]
    page["perspectives"] = [{"voice": "Ada Kerr", "position": [sentences[0]]}]
    page["also_heard"] = [{"voice": "The board; Kerr", "sentence": sentences[1]}]
    page["tensions"][0]["sides"][0]["voice"] = "Ada Kerr"


@pytest.fixture
def followed(machine, script, pages):
    """A machine with one version of the thread `silence`, and a feed that may bring more."""
    script.answers["page"] = changing("page", with_voices)
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE))
    follow(machine, ARTICLE, feeds=[FEED])
    assert run_again(machine).version == 1
    return machine


def next_version(machine, pages):
    """What the next run makes of an article that the feed brings."""
    pages.pages[MORE] = testing.article("A second look", "A third trial in 12 schools found 0.07, its authors said.")
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE), ("A second look", MORE))
    report = run_again(machine)
    assert report.outcome == "new version"
    return machine.queries.version("silence", report.version)


def correct_all(machine):
    machine.corrector.title("silence", "Ten quiet minutes", "the study was withdrawn")
    machine.corrector.voice("silence", "kerr", "Ada Kehr")
    machine.corrector.date("silence", 1, "2016-11")


def facts(version):
    """What corrections are of, wherever a version has it."""
    assert version.tensions[0].sides[0].voice == version.perspectives[0].voice
    assert version.cast[1].name == version.perspectives[0].voice
    return version.thread.title, version.perspectives[0].voice, version.sources[0].date


WRONG = ("A discussion of silence", "Ada Kerr", None)
RIGHT = ("Ten quiet minutes", "Ada Kehr", "2016-11")


@pytest.mark.both_databases
def test_the_latest_page_has_what_is_corrected_and_the_version_stays(followed):
    stored = version_json(followed.queries.version("silence", 1))
    assert facts(followed.show("silence")) == WRONG
    correct_all(followed)
    shown = followed.show("silence")
    assert facts(shown) == RIGHT
    assert shown.also_heard[0].voice == "The board; Ada Kehr"
    assert shown.cast[1].also == ("Ada Kerr", "Kerr")
    assert [(each.what, each.before, each.after) for each in shown.corrections] == [
        ("title", "A discussion of silence", "Ten quiet minutes"),
        ("voice", "Ada Kerr", "Ada Kehr"),
        ("date", "", "2016-11"),
    ]
    assert [each.text for each in shown.page().all_sentences()] == [
        each.text for each in followed.show("silence", 1).page().all_sentences()
    ]
    assert version_json(followed.queries.version("silence", 1)) == stored
    assert [voice.name for voice in followed.cast("silence").voices][1] == "Ada Kehr"


def test_the_site_tells_what_was_corrected_and_when(followed):
    followed.publish()
    site = followed.site_folder
    before = {file: file.read_bytes() for file in (site / "threads/silence/v1").rglob("*.*")}
    correct_all(followed)
    assert followed.publish().made > 0
    page, text = ((site / f"threads/silence/index.{kind}").read_text() for kind in ("html", "md"))
    for shown in (page, text):
        assert "this page was headed “" in shown
        assert "A discussion of silence" in shown
        assert "Reason: " in shown
        assert "the date of source [1] is November 2016; it was not known." in shown
    assert "Ten quiet minutes" in (site / "index.html").read_text()
    told = json.loads((site / "threads/silence/index.json").read_text())
    assert [each["what"] for each in told["corrections"]] == ["title", "voice", "date"]
    assert {file: file.read_bytes() for file in before} == before
    for number in (1, 2, 3):
        followed.corrector.undo("silence", number)
    followed.publish()
    assert "Corrected on" not in (site / "threads/silence/index.html").read_text()


def test_the_next_version_is_made_with_it_and_proves(followed, pages, script):
    correct_all(followed)
    version = next_version(followed, pages)
    assert facts(version) == RIGHT
    assert len(version.corrections) == 3
    asked = script.material("update")
    assert "- Ada Kehr (also Ada Kerr, Kerr)" in asked
    assert "The page as it stands: Ten quiet minutes" in asked
    assert "2016-11" in asked
    assert [failure for proof in followed.queries.prove("silence") for failure in proof.failures] == []
    assert facts(followed.queries.version("silence", 1)) == WRONG
    changes = followed.queries.difference("silence", 1, 2)
    assert changes.title == (WRONG[0], RIGHT[0])
    assert not {"Perspectives", "Also heard"} & {section.name for section in changes.sections}
    assert run_again(followed).outcome == "nothing new"


def test_a_page_that_is_written_anew_keeps_it(followed, script):
    """The model heads it, and calls the voice, as it did before."""
    correct_all(followed)
    script.answers["page"] = changing("page", lambda page: (with_voices(page), page["narrative"][0]["sentences"].pop()))
    assert run_again(followed, "synthesize").version == 2
    assert facts(followed.queries.version("silence", 2)) == RIGHT


@pytest.mark.both_databases
def test_what_is_taken_back_leaves_the_page_and_the_next_version(followed, pages):
    correct_all(followed)
    assert facts(next_version(followed, pages)) == RIGHT
    for number in (2, 1, 3):
        followed.corrector.undo("silence", number)
    assert facts(followed.show("silence")) == WRONG
    assert followed.show("silence").cast[1].also == ("Kerr",)
    assert followed.show("silence").corrections == ()
    assert facts(followed.show("silence", 2)) == RIGHT
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, "Parents asked for a vote in May.")
    assert run_again(followed).version == 3
    assert facts(followed.queries.version("silence", 3)) == WRONG


def test_what_is_corrected_again_has_one_correction_from_what_it_first_was(followed, pages):
    correct_all(followed)
    followed.corrector.title("silence", "Ten minutes")
    next_version(followed, pages)
    followed.corrector.voice("silence", "Ada Kehr", "Ada Kähr")
    followed.corrector.date("silence", 1, "2017")
    assert facts(followed.show("silence")) == ("Ten minutes", "Ada Kähr", "2017")
    told = followed.queries.corrections("silence")
    assert [(each.before, each.after) for each in told] == list(zip((WRONG[0], WRONG[1], ""), ("Ten minutes", "Ada Kähr", "2017"), strict=True))  # fmt: skip
    for each in told:
        followed.corrector.undo("silence", each.number)
    assert facts(followed.show("silence")) == WRONG


def test_a_source_may_be_said_to_have_no_date(followed):
    followed.corrector.date("silence", 1, "2016")
    followed.corrector.undo("silence", 1)
    followed.corrector.date("silence", 1, "2016-11-10")
    with pytest.raises(MachineError, match="--undo 1` takes it back"):
        followed.corrector.date("silence", 1, "none")


@pytest.fixture
def dated(followed):
    """The version's page, with a source of a day, and figures and events that have theirs from it or from their words."""
    version = followed.show("silence", 1)
    ids = list(version.claims)
    source = version.sources[0].model_copy(update={"date": "2016-11-10", "language": "en"})
    told = {  # by claim: what its words are, and when it says that it happened
        ids[0]: ("The board met.", None),
        ids[1]: ("The board met on 10 November.", "2016-11-10"),
        ids[2]: ("The board met and voted.", "2016-11-10"),
    }

    def claim(name, own):
        words, day = told[name]
        quotation = own.quotations[0].model_copy(update={"text": words})
        return own.model_copy(update={"quotations": (quotation,), "occurred": Span(start=day)})

    def event(name, day, *cited):
        sentence = version.timeline[0].sentences[0].model_copy(update={"claims": cited})
        return Event(id=name, date=day, dated="derived", sentences=(sentence,))

    def figure(name, day, *cited):
        return Figure(id=name, about="gains", value=float(name[1:]), date=day, claims=cited)

    return version.model_copy(
        update={
            "sources": (source,),
            "claims": {name: claim(name, own) for name, own in version.claims.items() if name in told},
            "timeline": (
                event("e1", "2016-11", ids[0]),
                event("e2", "2016-11-10", ids[0]),
                event("e3", "2016-11-10", ids[1]),
                event("e4", "2016-11-10", ids[2], ids[0]),
                event("e5", "2016-11-12", ids[0]),
            ),
            "figures": (
                figure("f1", "2016-11-10", ids[0]),
                figure("f2", "2016-11-10", ids[1]),
                figure("f3", "2016-11-10", ids[2]),
                figure("f4", "2016-11-12", ids[0]),
            ),
        }
    )


def days_of(version):
    return {each.id: each.date for each in (*version.timeline, *version.figures)}


def redated(version, after):
    before = version.sources[0].date
    correction = Correction(number=1, at=NOW, what="date", source=1, before=before, after=after)
    return corrected(version, (correction,), names_day)


def test_what_has_its_day_from_a_source_goes_with_its_date(dated):
    shown = redated(dated, "2016-12-02")
    moved = {"e1": "2016-12", "e2": "2016-12-02", "e4": "2016-12-02", "f1": "2016-12-02", "f3": "2016-12-02"}
    assert days_of(shown) == days_of(dated) | moved
    assert [each.id for each in shown.timeline] == ["e3", "e5", "e1", "e2", "e4"]
    assert [each.id for each in shown.figures] == ["f2", "f4", "f1", "f3"]
    assert days_of(corrected(shown, (), names_day)) == days_of(dated)
    assert days_of(redated(dated, "2017"))["e2"] == "2017"


def test_a_source_of_no_date_dates_no_figure_and_an_event_stays(dated):
    shown = redated(dated, "")
    assert days_of(shown) == days_of(dated) | {"f1": None, "f3": None}
    assert days_of(corrected(shown, (), names_day)) == days_of(dated)


def test_what_another_source_dates_stays(dated):
    other = dated.sources[0].model_copy(update={"number": 2})
    name = dated.timeline[1].sentences[0].claims[0]
    claim = dated.claims[name].model_copy(update={"source": 2})
    both = dated.model_copy(
        update={
            "sources": (*dated.sources, other),
            "claims": {**dated.claims, "other": claim},
            "timeline": tuple(
                event.model_copy(
                    update={"sentences": (event.sentences[0].model_copy(update={"claims": (name, "other")}),)}
                )
                for event in dated.timeline[1:2]
            ),
            "figures": (Figure(id="f1", about="a", value=1.0, date="2016-11-10", claims=(name, "other")),),
        }
    )
    assert days_of(redated(both, "2016-12-02")) == days_of(both)
    assert days_of(redated(both, "2016-10-02")) == {"e2": "2016-11-10", "f1": "2016-10-02"}


def test_a_figure_is_under_its_voice_s_name_too(followed):
    correct_all(followed)
    figure = Figure(id="f1", about="a gain", value=0.31, voice="Ada Kerr", claims=())
    version = followed.show("silence", 1).model_copy(update={"figures": (figure,)})
    told = followed.queries.corrections("silence")
    shown = corrected(version, told)
    assert shown.figures[0].voice == "Ada Kehr"
    assert corrected(shown, told) == shown
    assert corrected(shown, ()) == version


BAD = [
    ("title", ("  ",), "the title is empty"),
    ("title", ("A discussion of silence",), "already: there is nothing to correct"),
    ("voice", ("Ada Ker", "Ada Kehr"), "the cast has no 'Ada Ker': near are 'Ada Kerr'"),
    ("voice", ("Ada Kerr", "the BOARD"), "is another voice: `cast silence --join"),
    ("voice", ("Ada Kerr", "A; B"), "can be no voice's name"),
    ("voice", ("Ada Kerr", ""), "can be no voice's name"),
    ("date", (7, "2016"), "has no source 7: its sources have the numbers 1"),
    ("date", (1, "2016-13"), "'2016-13' is no date: write 2016, 2016-11"),
    ("date", (1, "last May"), "'last May' is no date"),
    ("date", (1, "none"), "'none' already"),
    ("undo", (1,), "has no correction 1: see `correct silence`"),
]


@pytest.mark.parametrize(("what", "given", "says"), BAD)
def test_what_cannot_be_corrected_is_said_and_changes_nothing(followed, what, given, says):
    with pytest.raises(MachineError, match=says):
        getattr(followed.corrector, what)("silence", *given)
    assert followed.queries.corrections("silence") == ()


def test_there_is_nothing_to_correct_before_the_first_version(machine):
    follow(machine, ARTICLE)
    with pytest.raises(MachineError, match="has no version yet"):
        machine.corrector.title("silence", "Ten")
    with pytest.raises(MachineError, match="there is no thread"):
        machine.queries.corrections("nowhere")


def test_a_thread_that_is_deleted_takes_its_corrections_along(followed):
    correct_all(followed)
    followed.delete("silence")
    follow(followed, ARTICLE)
    assert followed.queries.corrections("silence") == ()


def test_by_command(run, home, thread):
    assert run("thread", thread, "--home", home).code == 0
    assert run("correct", thread, "--home", home).out == "nothing is corrected\n"
    ended = run("correct", thread, "--date", 1, "2016", "--because", "its imprint", "--home", home)
    assert ended.out.endswith("  the date of source [1]: none → 2016 (its imprint)\n")
    assert run("show", thread, "--json", "--home", home).json["sources"][0]["date"] == "2016"
    assert "Corrected on" in (home / "site/threads/silence/index.html").read_text()
    told = run("correct", thread, "--json", "--home", home).json
    assert [(each["number"], each["what"], each["because"]) for each in told["corrections"]] == [(1, "date", "its imprint")]  # fmt: skip
    for words in (("--because", "x"), ("--title", "A", "--undo", 1), ("--undo", 1, "--because", "x"), ("--date", 1)):
        assert run("correct", thread, *words, "--home", home).code == 2, words
    assert run("correct", thread, "--undo", 1, "--home", home).out == "nothing is corrected\n"


def test_by_command_an_event_goes_with_the_date_of_its_source(run, home, thread, web, model):
    head = '<meta property="article:published_time" content="2016-11-10">'
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, head=head)

    def on_the_day(body):
        answer = doubles.honest(body)
        if doubles.form_name(body) == "page":
            answer["timeline"][0] |= {"date": "2016-11-10", "dated": "derived"}
        return answer

    model.answer = on_the_day
    assert run("thread", thread, "--home", home).code == 0
    assert run("correct", thread, "--date", 1, "2016-12-02", "--home", home).code == 0
    assert run("show", thread, "--json", "--home", home).json["timeline"][0]["date"] == "2016-12-02"
    assert "<time datetime=2016-12-02>" in (home / "site/threads/silence/index.html").read_text()
    assert run("show", thread, "--version", 1, "--json", "--home", home).json["timeline"][0]["date"] == "2016-11-10"
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, "Parents asked for a vote in May.", head=head)
    assert "version 2" in run("thread", thread, "--home", home).out
    assert run("show", thread, "--version", 2, "--json", "--home", home).json["timeline"][0]["date"] == "2016-12-02"
    assert run("verify", thread, "--home", home).code == 0
    assert run("correct", thread, "--undo", 1, "--home", home).code == 0
    assert run("show", thread, "--json", "--home", home).json["timeline"][0]["date"] == "2016-11-10"
