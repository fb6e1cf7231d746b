"""The figures of a dispute: what articles give becomes comparisons of like with like, each figure proved by the words it
rests on, from version to version."""

import re

import pytest

from pipeline import testing
from pipeline.fetch.source_list import SourceList
from pipeline.store import items as item_store
from pipeline.synthesize.sections import SECTIONS
from pipeline.verify.proof import prove
from tests.conftest import follow, run_again, version_of
from tests.synthesize.test_sections import cut, section_asked

FIRST, REPEAT, HARDER, RELEASED = (f"http://{name}.example/a" for name in "abcd")
AFTER = "Nobody had told the schools what to expect of it, and they were not asked either."
DANACH = "Den Schulen hatte niemand gesagt, was sie davon zu erwarten hätten, und gefragt hat sie auch niemand."
GERMAN = testing.article(
    "Die Wiederholung", f"Der Effekt betrug nur 0,04 Standardabweichungen (Intervall −0,03 bis 0,11). {DANACH}"
)
PAGES = {
    FIRST: testing.article("A quiet start", f"The first study found an effect of 0.31, with an error of 0.05. {AFTER}"),
    REPEAT: GERMAN._replace(body=GERMAN.body.replace(b"lang=en", b"lang=de")),
    HARDER: testing.article("The harder paper", f"On harder papers the effect was 0.07 standard deviations. {AFTER}"),
}
MORE = testing.article("The records", f"In the schools that released them the effect is 0.27, says the Lab. {AFTER}")
EFFECT = r"(?:effect|Effekt)\D*?([\d.,]+\d)"


def gives(**changes):
    """A script in which each article gives the effect that its sentence names."""

    def extract(request):
        asked = testing.material(request)
        answer = testing.extraction(asked)
        found = re.search(EFFECT, asked)
        margin = {"0.31": [0.05], "0,04": [-0.03, 0.11]}.get(found[1], [])
        answer["figures"] = [
            {
                "claim": 1, "about": "effect on arithmetic", "by": "", "margin": margin,
                "unit": "" if found[1] in ("0.31", "0.27") else "standard deviations",
                "value": float(found[1].replace(",", ".")), **changes,
            }
        ]  # fmt: skip
        return answer

    return extract


def comparing(prompt, about="effect of silence", numbers=None):
    """A writer who compares the figures of these numbers, or all that are shown."""

    def answer(request):
        asked = testing.material(request)
        listed = re.split(r"^# (?:New f|F)igures$", asked, flags=re.MULTILINE)[1:]
        shown = [int(n) for n in re.findall(r"^(\d+)\. ", listed[0], re.MULTILINE)] if listed else []
        figures = [{"about": about, "figures": numbers or shown}] if shown or numbers else []
        return {**testing.MECHANICAL[prompt](asked), "figures": figures}

    return answer


@pytest.fixture
def script(script):
    script.answers |= {"extract": gives(), "page": comparing("page"), "update": comparing("update")}
    return script


@pytest.fixture
def begun(machine, pages):
    """The thread on three articles that give one thing."""
    pages.pages |= PAGES
    follow(machine, *PAGES)
    return machine


def told(version):
    return sorted((each["value"], each["low"], each["high"]) for each in version["figures"])


EFFECTS = [(0.04, -0.03, 0.11), (0.07, None, None), (0.31, 0.26, 0.36)]


def test_what_articles_give_is_compared_with_its_margin_and_is_proved_by_their_words(begun):
    assert run_again(begun).version == 1
    version = version_of(begun)
    assert told(version) == EFFECTS
    assert {(each["about"], each["unit"]) for each in version["figures"]} == {
        ("effect of silence", "standard deviations")
    }
    for figure in version["figures"]:
        words = version["claims"][figure["claims"][0]]["evidence"][0]["text"]
        assert f"{figure['value']:.2f}" in words.replace(",", ".")
    (proof,) = begun.queries.prove("silence")
    assert proof.failures == ()


def test_a_new_figure_joins_the_comparison_and_the_earlier_ones_stay_as_they_were(begun, pages, script):
    run_again(begun)
    pages.pages[RELEASED] = MORE
    begun.editor.follow("silence", SourceList((RELEASED,), (), ()))
    assert run_again(begun).version == 2
    first, second = (version_of(begun, number) for number in (1, 2))
    assert told(second) == sorted([*EFFECTS, (0.27, None, None)])
    assert [each for each in second["figures"] if each["id"] != "f2-1"] == first["figures"]
    assert "effect of silence: 0." in script.material("update").partition("## Figures")[2]


def test_a_figure_goes_with_its_source_and_two_that_are_left_are_no_comparison(begun):
    run_again(begun)
    dropped = next(item for item in begun.items("silence") if item.url == HARDER)
    begun.editor.drop(dropped.id)
    assert run_again(begun).version == 2
    assert version_of(begun)["figures"] == []


def test_a_page_in_sections_has_its_figures_too(begun, script):
    def answer(request):
        whole = comparing("page")(request)
        section = next(section for section in SECTIONS if section.name == section_asked(request)[0])
        return {field: whole[field] for field in section.of_page}

    script.answers |= {"page": cut, "page_section": answer}
    run_again(begun)
    assert told(version_of(begun)) == EFFECTS


def test_a_figure_that_its_claim_does_not_give_is_a_loss_that_the_version_tells(begun, script):
    script.answers["extract"] = gives(value=0.99)
    run_again(begun)
    version = version_of(begun)
    assert version["figures"] == []
    assert len(version["claims"]) == 6, "the claims are kept"
    losses = {(loss["text"], loss["reason"]) for loss in version["made_by"]["losses"]}
    assert ("effect on arithmetic: 0.99 standard deviations", "figure not in the sentences of its claim") in losses


def test_a_stored_figure_that_nobody_gave_is_no_sound_version(begun):
    run_again(begun)
    version = begun.queries.version("silence")
    forged = version.figures[0].model_copy(update={"value": 0.99})

    def snapshot(name):
        with begun.store.reading() as connection:
            return item_store.snapshot(connection, name)

    (failure,) = prove(version.model_copy(update={"figures": (forged, *version.figures[1:])}), snapshot).failures
    assert failure == f"{forged.id} says 0.99, which its claims do not give"
