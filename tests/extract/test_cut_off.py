"""An article whose answer is cut off: asked about in two parts, once; what is whole counts, the rest is told and not
paid for again."""

import re

import pytest

from pipeline import testing
from tests.conftest import ARTICLE, follow, run_again, version_of

LONG = ", and whoever asked the board at a meeting in the town hall was told to wait for the next report of its office"
WORDS = [f"In year {1900 + n} board {n} kept silent in {n} of the classes{LONG}." for n in range(1, 33)]


@pytest.fixture
def asked(machine, pages, script):
    """The numbers of the sentences of each question about the article, which is not yet run."""
    pages.pages[ARTICLE] = testing.article("A long report", *WORDS)
    follow(machine, ARTICLE)
    return lambda: [numbers(request) for request in script.asked if request.prompt_name == "extract"]


def numbers(request):
    return [int(number) for number, _ in testing.SENTENCE.findall(testing.material(request))]


def cut_where(fits):
    def answer(request):
        if fits(numbers(request)):
            return testing.extract_answer(testing.material(request))
        return testing.reply(request, '{"summary": "cut', finish="length")

    return answer


def test_it_is_asked_about_in_halves_each_for_fewer_claims(machine, script, asked):
    script.answers["extract"] = cut_where(lambda shown: len(shown) <= 20)
    report = run_again(machine)
    assert (report.exit_code, report.new_claims) == (0, len(WORDS))
    assert [len(shown) for shown in asked()] == [32, 16, 16]
    whole, *parts = [int(re.search(r"about (\d+)", testing.material(each))[1]) for each in script.asked[:3]]
    assert all(part < whole for part in parts)


def test_a_half_that_is_cut_off_again_is_told_and_the_other_counts(machine, script, asked):
    script.answers["extract"] = cut_where(lambda shown: shown[-1] <= 16)
    report = run_again(machine)
    assert (report.exit_code, report.outcome, report.new_claims) == (1, "new version", 16)
    [problem] = report.problems
    assert (problem.what, problem.reason) == (ARTICLE, "no usable answer")
    assert "cut off" in problem.message
    assert "sentences 17 to 32" in problem.message
    [loss] = version_of(machine)["made_by"]["losses"]
    assert (loss["stage"], loss["done"]) == ("extract", "dropped")
    assert WORDS[16].startswith(loss["text"][:60])
    count = len(script.asked)
    assert run_again(machine).exit_code == 0
    assert (len(script.asked), len(asked())) == (count, 3)


def test_one_that_is_always_cut_off_costs_three_questions_and_none_at_the_next_run(machine, script, asked):
    script.answers["extract"] = cut_where(lambda _: False)
    for _ in range(2):
        report = run_again(machine)
        assert (report.exit_code, report.version) == (1, None)
        assert "cut off" in report.problems[0].message
        assert len(asked()) == 3
