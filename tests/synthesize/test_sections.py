"""A model whose answers are cut off: the page comes section by section, shorter, and says what it lacks."""

import re
from collections import Counter

import pytest

from pipeline import testing
from pipeline.errors import AnswerPending, BadAnswer, BudgetSpent, TooLong
from pipeline.synthesize.sections import SECTIONS
from tests.conftest import ARTICLE, SILENCE, follow, run_again, version_of

MORE = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."
NAMES = [section.name for section in SECTIONS]


def cut(request):
    return testing.reply(request, '{"title":"A discu', finish="length")


def section_asked(request):
    """The section that a question asks for, and how long it may be."""
    asked_for = testing.material(request).partition("# The section asked for: ")[2]
    name, words = asked_for.partition("\n")[0], re.findall(r"^At most (\d+) words", asked_for, re.MULTILINE)[-1]
    return name, int(words)


def sound(request):
    """What a whole page, or all edits, about the same material have of the section asked for."""
    name, _ = section_asked(request)
    section = next(section for section in SECTIONS if section.name == name)
    material = testing.material(request).partition("# The section asked for: ")[0]
    updates = request.prompt_name == "update_section"
    whole = testing.update_answer(material) if updates else testing.page_answer(material)
    return {field: whole[field] for field in (section.of_update if updates else section.of_page)}


@pytest.fixture
def script(script):
    script.answers |= {"page": cut, "page_section": sound, "update_section": sound}
    return script


def asked(script, prompt="page_section"):
    return [section_asked(request) for request in script.asked if request.prompt_name == prompt]


def but(**instead):
    """Answers about sections, but for those named: by what is given, or what that gives for a limit of words."""

    def answer(request):
        name, words = section_asked(request)
        other = instead.get(name.replace(" ", "_"))
        if callable(other):
            other = other(words)
        return cut(request) if other == "cut" else other or sound(request)

    return answer


def texts(sentences):
    return [sentence["text"] for sentence in sentences]


def test_a_page_that_is_cut_off_is_asked_for_section_by_section(machine, script):
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.version) == (0, 1)
    assert Counter(script.prompts) == {"extract": 1, "page": 1, "page_section": len(SECTIONS), "support": 1}
    assert sorted(asked(script)) == sorted((section.name, section.words) for section in SECTIONS)
    version = version_of(machine)
    whole = testing.page_answer(script.material("page_section"))
    assert version["thread"]["title"] == whole["title"]
    assert texts(version["narrative"][0]["sentences"]) == [each["text"] for each in whole["narrative"][0]["sentences"]]
    assert len(version["timeline"]) == len(version["perspectives"]) == len(version["tensions"]) == 1
    assert version["missing_voices"] == ["The pupils: nobody asked them"]
    assert (version["unwritten"], version["made_by"]["losses"]) == ([], [])
    assert "page_section" in version["made_by"]["prompts"]
    run_again(machine)
    assert run_again(machine, "synthesize").exit_code == 0
    assert len(script.asked) == 9, "nothing is asked twice, not even what was cut off"


def test_all_but_the_first_section_are_told_who_is_who(machine, script):
    follow(machine, ARTICLE)
    run_again(machine)
    told = [request for request in script.asked if "# Names on this page" in testing.material(request)]
    assert sorted(section_asked(request)[0] for request in told) == sorted(NAMES[1:])
    assert len({request.messages[0] for request in script.asked if request.prompt_name == "page_section"}) == 1


def test_a_section_that_is_cut_off_is_asked_for_again_at_half_its_length(machine, script):
    script.answers["page_section"] = but(Tensions=lambda words: "cut" if words > 300 else None)
    follow(machine, ARTICLE)
    assert run_again(machine).exit_code == 0
    assert [words for name, words in asked(script) if name == "Tensions"] == [600, 300]
    assert len(asked(script)) == len(SECTIONS) + 1
    assert len(version_of(machine)["tensions"]) == 1


@pytest.mark.parametrize(
    "answer", ["cut", "no JSON at all", BadAnswer("the model declined")], ids=["cut", "bad", "none"]
)
def test_a_section_without_an_answer_is_left_out_and_the_page_says_so(machine, script, answer):
    script.answers["page_section"] = but(Timeline=answer, Missing_voices=answer)
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "new version")
    assert [problem.what for problem in report.problems] == ["the section 'Timeline'", "the section 'Missing voices'"]
    version = version_of(machine)
    assert version["unwritten"] == ["Timeline", "Missing voices"]
    assert (version["timeline"], version["missing_voices"]) == ([], [])
    assert texts(version["narrative"][0]["sentences"]) == list(SILENCE)
    assert [(loss["stage"], loss["text"]) for loss in version["made_by"]["losses"]] == [
        ("synthesize", "Timeline"),
        ("synthesize", "Missing voices"),
    ]
    said = "Missing from this version, because the model gave no whole answer about it: Timeline, Missing voices."
    machine.publish()
    page = machine.site_folder / "threads/silence/index"
    assert said in page.with_suffix(".html").read_text()
    assert said in page.with_suffix(".md").read_text()
    count = len(script.asked)
    assert run_again(machine).exit_code == 0
    assert len(script.asked) == count


def test_a_model_that_never_ends_leaves_no_page_and_is_not_asked_again(machine, script):
    script.answers["page_section"] = cut
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome, report.version) == (1, "failed", None)
    assert len(report.problems) == len(SECTIONS)
    assert Counter(script.prompts) == {"extract": 1, "page": 1, "page_section": 2 * len(SECTIONS)}
    again = run_again(machine)
    assert (again.outcome, again.model_calls) == ("failed", 0)


def test_a_run_that_is_ended_between_sections_goes_on_where_it_was(machine, script):
    for why, outcome in ((BudgetSpent("spent"), "allowance spent"), (AnswerPending("later"), "awaiting answers")):
        script.answers["page_section"] = but(Perspectives=why)
        if outcome == "allowance spent":
            follow(machine, ARTICLE)
        assert run_again(machine).outcome == outcome
    script.answers["page_section"] = sound
    assert run_again(machine).outcome == "new version"
    assert Counter(name for name, _ in asked(script)) == {name: 3 if name == "Perspectives" else 1 for name in NAMES}
    assert script.prompts.count("page") == 1


def test_edits_that_are_cut_off_are_asked_for_section_by_section(machine, script, pages):
    script.answers["page"] = testing.honest()["page"]
    follow(machine, ARTICLE)
    run_again(machine)
    before = version_of(machine)
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)
    script.answers["update"] = cut
    script.answers["update_section"] = but(Perspectives="cut", Missing_voices="cut")
    assert run_again(machine).version == 2
    assert Counter(script.prompts)["update"] == 1
    assert len(asked(script, "update_section")) == len(SECTIONS) + 2
    version = version_of(machine)
    assert texts(version["whats_new"])[-1] == MORE
    assert version["narrative"][:-1] == before["narrative"]
    assert MORE in texts(version["narrative"][-1]["sentences"])
    assert version["unwritten"] == ["Perspectives", "Missing voices"]
    kept = [(each["id"], each["position"]) for each in version["perspectives"]]
    assert kept == [(each["id"], each["position"]) for each in before["perspectives"]]
    for part in ("tensions", "missing_voices", "missing_because"):
        assert version[part] == before[part], part
    machine.publish()
    said = "Not brought up to date in this version, because the model gave no whole answer about it: Perspectives, "
    assert said in (machine.site_folder / "threads/silence/index.html").read_text()


def test_a_question_that_does_not_fit_is_asked_about_half_of_the_sources(machine, script, pages):
    many = [f"In year {1900 + n} the board of schools number {n} kept silent in {n} classes." for n in range(1, 120)]
    pages.pages[ARTICLE] = testing.article("A long report", *many)
    shown = []

    def small(request):
        shown.append(len(testing.CITABLE.findall(testing.material(request))))
        return TooLong("too long") if shown[-1] > 60 else testing.page_answer(testing.material(request))

    script.answers["page"] = small
    follow(machine, ARTICLE)
    assert run_again(machine).exit_code == 0
    assert shown[0] == len(many) > shown[1] >= shown[-1]
    assert version_of(machine)["made_by"]["left_out"] > 0


def test_a_first_page_of_which_no_sentence_rests_on_a_source_is_none(machine, script):
    def uncited(request):
        name, _ = section_asked(request)
        empty = {"narrative": [{"theme": "it", "sentences": [testing.reading("It rains.", "9.9")]}]}
        nothing = {field: "" if field == "title" else [] for field in sound(request)}
        return empty if name == "Narrative" else nothing

    script.answers["page_section"] = uncited
    follow(machine, ARTICLE)
    for _ in range(2):
        report = run_again(machine)
        assert (report.outcome, report.version) == ("failed", None)
        assert "rests on a source" in report.problems[0].message
    assert len(asked(script)) == len(SECTIONS)
