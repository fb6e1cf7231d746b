"""A thread's life: live, quiet, closed, open again; a source taken back; what a run would do before it does it."""

import json
from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.cli.format import report_lines
from pipeline.errors import FetchFailed, ModelUnavailable
from pipeline.model.tokens import request_tokens
from pipeline.records.threads import Thread
from pipeline.runs import lifecycle as states
from pipeline.settings import ThreadSettings
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, follow, run_again, version_of
from tests.doubles import NOW
from tests.runs.test_thread import ran

pytestmark = pytest.mark.both_databases(every=3)


def thread_of(state, since=None):
    return Thread(slug="s", title="S", state=state, state_since=since, created_at=NOW - timedelta(days=900))


CASES = [
    # state, days since the last version, days since the state began, new version -> state
    ("live", 29, None, False, None),
    ("live", 30, None, False, "quiet"),
    ("live", 180, None, False, "closed"),
    ("live", 200, 5, False, None),  # reopened five days ago
    ("live", 200, 31, False, "quiet"),
    ("live", 0, None, True, None),
    ("quiet", 100, 70, False, None),
    ("quiet", 180, 150, False, "closed"),
    ("quiet", 0, 70, True, "live"),
    ("closed", 900, 700, False, None),
    ("closed", 0, 700, True, "live"),
]


@pytest.mark.parametrize(("state", "days", "since", "new", "becomes"), CASES)
def test_a_state_follows_from_what_is_stored_and_the_clock(state, days, since, new, becomes):
    began = None if since is None else NOW - timedelta(days=since)
    moved = states.after_a_run(
        thread_of(state, began), NOW - timedelta(days=days), new, NOW, ThreadSettings(quiet_days=30, close_days=180)
    )
    assert (moved.state if moved else None) == becomes


def test_a_rule_of_0_days_is_off_and_a_thread_without_a_version_counts_from_its_beginning():
    assert (
        states.after_a_run(
            thread_of("live"), NOW - timedelta(days=800), False, NOW, ThreadSettings(quiet_days=0, close_days=0)
        )
        is None
    )
    assert states.after_a_run(thread_of("live"), None, False, NOW, ThreadSettings(quiet_days=30, close_days=0)) == (
        "quiet",
        "nothing new for 900 days",
    )


def test_the_operator_closes_and_news_reopens(run, home, thread, web):
    ran(run, home)
    assert run("close", thread, "--reason", "the trial is over", "--home", home).code == 0
    page = (home / "site/threads/silence/index.html").read_text()
    assert "(the trial is over)" in page
    assert run("threads", "--home", home, "--json").json["threads"][0]["state"] == "closed"
    assert ran(run, home).json["outcome"] == "nothing new"
    assert run("threads", "--home", home, "--json").json["threads"][0]["state"] == "closed"
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, "The board ended the quiet ten on Friday.")
    assert ran(run, home).json["version"] == 2
    assert run("threads", "--home", home, "--json").json["threads"][0]["state"] == "live"
    assert "the trial is over" not in (home / "site/threads/silence/index.html").read_text()


def test_versions_keep_the_state_they_were_made_in_and_the_latest_page_tells_todays(run, home, thread):
    ran(run, home)
    run("close", thread, "--home", home)
    site = home / "site/threads/silence"
    state = [json.loads((site / place / "index.json").read_text())["thread"]["state"] for place in (".", "v1")]
    assert state == ["closed", "live"]
    run("reopen", thread, "--home", home)
    assert json.loads((site / "index.json").read_text())["thread"]["state"] == "live"


def test_an_unknown_thread_is_neither_closed_nor_planned(run, home):
    for words in (("close", "nothing"), ("reopen", "nothing"), ("thread", "nothing", "--plan")):
        ended = run(*words, "--home", home)
        assert (ended.code, "there is no thread 'nothing'" in ended.err) == (2, True)


def test_a_source_that_is_withdrawn_is_told_and_its_sentences_judged_again(machine, pages, script):
    follow(machine, ARTICLE)
    run_again(machine)
    pages.pages[ARTICLE] = FetchFailed("http 410", f"{ARTICLE} answered 410")
    report = run_again(machine)
    assert (report.version, report.problems[0].reason) == (2, "http 410")
    assert ": its publisher has withdrawn the source)" in script.material("update")
    assert "doubt: its publisher has withdrawn the source" in script.material("support")
    version = version_of(machine)
    assert version["sources"][0]["withdrawn"] is True
    assert version["coverage"][0]["reason"] == "cited as [1], withdrawn since"
    machine.publish()
    assert "withdrawn by its publisher" in (machine.site_folder / "threads/silence/index.html").read_text()
    asked = len(script.asked)
    assert run_again(machine).outcome == "nothing new"
    assert len(script.asked) == asked, "a withdrawal is told once"


def test_a_page_that_is_only_missing_today_is_not_taken_for_withdrawn(machine, pages):
    follow(machine, ARTICLE)
    run_again(machine)
    del pages.pages[ARTICLE]
    assert run_again(machine).outcome == "nothing new"
    assert version_of(machine)["version"] == 1


# What a run would do.


def calls(plan):
    return {question.kind: question.calls for question in plan.questions}


def test_a_plan_says_what_a_run_would_do_and_does_nothing(begin_machine, pages, script):
    machine, feed, other = (
        begin_machine(model={"price_in": 1.0, "price_out": 4.0}),
        "http://a.example/feed",
        "http://b.example/",
    )
    pages.pages[feed] = testing.feed(("The cost", other), ("Silence and sums", ARTICLE))
    pages.pages[other] = testing.article("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    follow(machine, feeds=[feed])
    plan = machine.plan("silence")
    assert sorted(plan.fetch) == [ARTICLE, other]
    assert calls(plan) == {"extract": 2, "page": 1, "support": 1}
    assert plan.price > 0
    assert (pages.asked, script.asked) == ([feed], [])
    assert machine.queries.threads()[0].last_run is None
    run_again(machine)
    plan = machine.plan("silence")
    assert (plan.fetch, plan.calls, plan.price) == ((), 0, 0.0)


def test_a_plan_counts_the_page_that_an_earlier_run_could_not_write(machine, script):
    follow(machine, ARTICLE)
    script.answers["page"] = ModelUnavailable("the endpoint does not take this key")
    run_again(machine)
    assert calls(machine.plan("silence")) == {"page": 1, "support": 1}


def test_a_plan_counts_texts_that_wait_and_feeds_that_fail(machine, script):
    follow(machine, ARTICLE, feeds=["http://a.example/gone"])
    script.answers["extract"] = ModelUnavailable("the endpoint does not take this key")
    run_again(machine)
    plan = machine.plan("silence")
    assert (plan.waiting, plan.problems[0].reason) == (1, "http 404")
    exact = next(question for question in plan.questions if question.kind == "extract")
    script.answers |= testing.honest()
    run_again(machine)
    asked = next(request for request in script.asked[::-1] if request.prompt_name == "extract")
    assert exact.prompt_tokens == request_tokens(asked)


@pytest.mark.parametrize("refusal", ["robots.txt", "http 403", "unreachable"])
def test_a_run_that_is_refused_everywhere_does_not_pass_for_one_without_news(machine, pages, refusal):
    follow(machine, ARTICLE)
    run_again(machine)
    pages.pages[ARTICLE] = FetchFailed(refusal, f"{ARTICLE} refused")
    report = run_again(machine)
    assert (report.outcome, report.exit_code) == ("failed", 1)
    assert report_lines(report)[0] == "silence: failed, none of its 1 pages could be fetched"


def test_a_first_run_that_reads_nothing_has_failed(machine):
    follow(machine, "http://a.example/nowhere")
    assert run_again(machine).outcome == "failed"
