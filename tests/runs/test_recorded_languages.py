"""Threads recorded in five languages, with a language model's answers: what their sources give is kept, the page is in
the language it should be in, and what is cited of another language can be read."""

import json
import re
from decimal import Decimal

import pytest

from pipeline.app.machine import Machine
from pipeline.records.pages import Version
from pipeline.text.detect import language_of
from pipeline.text.numbers import figures_of, numbers_in
from pipeline.text.tags import same_language
from tests.languages import FIXTURES, THREADS, replayed

DOUBTFUL = {"voice not in claims", "event not dated so", "source superseded", "other unit", "stronger word",
            "report as quotation", "figures differ"}  # fmt: skip


@pytest.fixture(scope="module", params=THREADS)
def machine(request, tmp_path_factory):
    with replayed(request.param, tmp_path_factory.mktemp("home") / "home") as machine:
        yield machine


@pytest.fixture(scope="module")
def version(machine: Machine) -> Version:
    return machine.queries.version(slug_of(machine))


FACTS = json.loads((FIXTURES / "facts.json").read_text())
NOT_READ = {"eine Dreiviertelstunde", "seis décimas", "三時間半", "أقل من خُمس"}
"""Numbers in words that are beyond the program: shares within a word, tenths, and a half behind its unit."""


@pytest.mark.parametrize("sources", FACTS)
def test_numbers_are_read_as_whoever_wrote_the_sources_meant_them(sources):
    language = next(thread.language for thread in THREADS.values() if thread.sources == sources)
    for fact in FACTS[sources]:
        if "value" in fact and fact["written"] not in NOT_READ:
            meant = Decimal(fact["value"])
            in_hundredths = {round(meant * 100), round(meant * 100, 1)} if meant < 1 else set()
            assert not numbers_in(fact["written"], language).every.isdisjoint({meant, *in_hundredths}), fact


def slug_of(machine: Machine) -> str:
    return machine.threads()[0].thread.slug


def test_the_page_is_in_the_language_of_its_thread(machine, version):
    expected = THREADS[slug_of(machine)].language
    assert version.language == expected
    told = " ".join(sentence.text for sentence in version.page().all_sentences())
    assert language_of(told, None) == expected


def test_every_claim_given_is_kept_and_every_citation_proved(machine, version):
    assert [loss.text for loss in version.made_by.losses if loss.stage == "extract"] == []
    assert [proof.failures for proof in machine.queries.prove(slug_of(machine))] == [()]


def test_no_sentence_was_struck_for_a_figure_that_a_source_has_and_doubts_are_rare(machine, version):
    found, given = version.made_by.found, numbers_given(machine)
    for loss in version.made_by.losses:
        if loss.stage == "verify" and loss.done == "struck" and "stands nowhere" in loss.reason:
            [figure] = re.findall(
                r"^(\S+) stands nowhere", loss.reason
            )  # one that the writer worked out, in no reading
            assert Decimal(figure) not in given, loss.text
            assert not re.search(rf"[\d.,]{re.escape(figure)}", loss.text), f"{loss.text}: a part of a number"
    assert sum(found.get(code, 0) for code in DOUBTFUL) * 10 <= len(list(version.page().all_sentences()))


def numbers_given(machine: Machine) -> frozenset[Decimal]:
    """All numbers in the thread's sources."""
    folder = FIXTURES / "sources" / THREADS[slug_of(machine)].sources
    texts = [re.sub("<[^>]*>", " ", file.read_text()) for file in sorted(folder.rglob("*.html"))]
    return frozenset[Decimal]().union(*(numbers_in(text, language_of(text, None)).every for text in texts))


def test_the_figures_on_the_page_are_those_of_the_sources(machine, version):
    given = numbers_given(machine)
    for sentence in version.page().all_sentences():
        if sentence.reading:
            continue
        for figure in figures_of(sentence.text, version.language):
            told = {number for reading in figure.readings for number in reading}
            scaled = {number.scaleb(figure.power or 0) for number in told}
            assert not given.isdisjoint(told | scaled) or figure.likeliest[0] <= Decimal(31), sentence.text


def test_what_a_sentence_cites_of_another_language_has_a_translation(version):
    language_of_source = {source.number: source.language for source in version.sources}
    cited = {claim for sentence in version.page().all_sentences() for claim in sentence.claims}
    for claim in (version.claims[claim] for claim in cited):
        foreign = not same_language(language_of_source[claim.source], version.language)
        assert bool(claim.translation) == foreign, claim.quotations
