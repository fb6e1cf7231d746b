"""What is not done is told with its reason: why a feed was not asked, a thread not run, a page not made."""

import re
from contextlib import closing

import pytest

from pipeline.records.runs import RunReport
from pipeline.store import runs
from tests import doubles
from tests.conftest import store_of

MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d"


@pytest.fixture(autouse=True)
def _old_entries_are_recent(home):
    """The articles of tests are of their own day, whatever today is."""
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + "[discover]\nkeep_days = 3650\n")


def follow_feed(run, home, web, slug="silence"):
    web.pages["/all.xml"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    assert run("new", slug, "--title", "Silence", "--feed", f"{web.base}/all.xml", "--home", home).code == 0


def test_a_batch_says_why_it_asked_no_feed(run, home, web):
    assert "0 watched feeds asked (none is watched), " in run("batch", "--home", home).out
    web.pages["/all.xml"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("watch", "--feed", f"{web.base}/all.xml", "--home", home)
    assert "1 watched feeds asked, 1 new items" in run("batch", "--home", home).out
    told = rf"0 watched feeds asked \(1 more not due, the first from {MOMENT} UTC: see `watch`\), 0 new items"
    assert re.search(told, run("batch", "--home", home).out)
    assert "0 watched feeds are due" in run("batch", "--plan", "--home", home).out
    assert re.search(rf"/all\.xml: well, .*; asked again from {MOMENT}\n", run("watch", "--home", home).out)
    told = run("watch", "--home", home, "--json").json["feeds"][0]
    assert not told["due"]
    assert told["until"] > told["tried_at"]


def test_a_feed_that_a_thread_asked_is_looked_at_when_it_is_watched(run, home, web):
    """A thread asks it, and that is no look at what it has for others."""
    follow_feed(run, home, web)
    assert run("thread", "silence", "--home", home).code == 0
    assert run("watch", "--feed", f"{web.base}/all.xml", "--home", home).out.endswith("; asked by the next batch\n")
    assert "1 watched feeds asked, 1 new items" in run("batch", "--home", home).out
    assert "0 watched feeds asked" in run("batch", "--home", home).out


def test_a_feed_that_failed_is_asked_at_once_when_it_is_named_again(run, home, web):
    address = f"{web.base}/late.xml"
    run("watch", "--feed", address, "--home", home)
    assert "1 watched feeds asked" in run("batch", "--home", home).out
    web.pages["/late.xml"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    assert "0 watched feeds asked (1 more not due" in run("batch", "--home", home).out
    run("watch", "--feed", address, "--home", home)
    assert "1 watched feeds asked, 1 new items" in run("batch", "--home", home).out


def test_entries_that_are_too_old_for_a_new_thread_are_told(run, home, web):
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("keep_days = 3650", "keep_days = 1"))
    web.pages["/all.xml"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("watch", "--feed", f"{web.base}/all.xml", "--home", home)
    said = run("batch", "--home", home).err
    assert re.search(
        r"1 feeds asked, 0 new items; 1 entries are from before \S+ and too old \(\[discover\] keep_d", said
    )


def test_feeds_that_are_gone_or_blocked_are_no_due_ones(run, home, web):
    web.pages["/gone.xml"] = doubles.HttpAnswer(410, b"gone")
    run("watch", "--feed", f"{web.base}/gone.xml", "--feed", "http://blocked.example/feed", "--home", home)
    run("block", "blocked.example", "--home", home)
    assert "1 watched feeds are due" in run("batch", "--plan", "--home", home).out
    run("batch", "--home", home)
    assert "0 watched feeds asked (2 more not due: see `watch`)" in run("batch", "--home", home).out
    told = run("watch", "--home", home).out
    assert "gone for good" in told
    assert "blocked.example/feed: not asked yet, never well yet, its host is blocked" in told


def test_a_thread_that_failed_says_in_a_batch_why_it_waits_and_until_when(run, home, thread, web):
    web.pages["/a"] = doubles.HttpAnswer(404, b"gone")
    assert run("thread", thread, "--home", home).code == 1
    done = run("batch", "--home", home)
    assert done.code == 0
    told = rf"silence: not run, its last run, {MOMENT}, failed: .*/a .*; tried again from {MOMENT} UTC, or now by "
    assert re.search(told + "`thread silence`\n", done.out)
    assert "0 threads run, 0 new versions, 1 not due" in done.out
    assert re.search(
        rf"waits    silence: its last run, {MOMENT}, failed: .*, until {MOMENT}\n",
        run("batch", "--plan", "--home", home).out,
    )
    held = run("batch", "--home", home, "--json").json["held_back"]
    assert [(each["thread"], each["held_back"]) for each in held] == [("silence", True)]


def test_where_the_model_could_not_be_asked_the_next_batch_tries_again(run, home, thread, model):
    model.answer = lambda _: doubles.HttpAnswer(401, b"{}", {"Content-Type": "application/json"})
    assert run("thread", thread, "--home", home).code == 1
    assert "due      silence: the model could not be asked" in run("batch", "--plan", "--home", home).out
    model.answer = doubles.honest
    assert "silence: version 1" in run("batch", "--home", home).out


def test_a_page_that_a_feed_brought_first_is_told_as_its_thread_named_it(run, home, web):
    """One item, which another thread has from a feed, and this one by two spellings of its address."""
    follow_feed(run, home, web)
    assert run("thread", "silence", "--home", home).code == 0
    spelt = (f"{web.base}/a", f"{web.base}/a?utm_source=x")
    run("new", "other", "--title", "Other", "--page", spelt[0], "--page", spelt[1], "--home", home)
    assert run("sources", "other", "--home", home).out.count("not asked yet") == 2
    assert run("thread", "other", "--home", home).code == 0
    told = run("sources", "other", "--home", home).out
    for address in spelt:
        assert re.search(rf"page    {re.escape(address)}: well, last well {MOMENT}\n", told)
    web.pages["/a"] = doubles.HttpAnswer(404, b"gone")
    run("thread", "other", "--home", home)
    assert run("sources", "other", "--home", home).out.count("failed 1x (http 404)") == 2


def test_a_source_of_a_blocked_host_says_so(run, home, thread, web):
    run("block", web.host.partition(":")[0], "--home", home)
    assert ": not asked yet, never well yet, its host is blocked (`block --list`)" in run("sources", thread, "--home", home).out  # fmt: skip
    assert run("sources", thread, "--home", home, "--json").json["sources"][0]["blocked"]


ASKED_FOR_A_VERSION = [("show",), ("show", "--losses"), ("cast",), ("correct", "--title", "Ten")]


def test_where_there_is_no_version_the_last_run_says_why(run, home, thread, web, model):
    def told():
        errors = {run(words[0], thread, *words[1:], "--home", home).err for words in ASKED_FOR_A_VERSION}
        assert len(errors) == 1
        history = run("history", thread, "--home", home).out
        assert errors == {f"error: thread 'silence' has {history}"}
        return history

    assert told() == "no version yet: run `thread silence`\n"
    web.pages["/a"] = doubles.HttpAnswer(404, b"gone")
    run("thread", thread, "--home", home)
    assert re.fullmatch(
        rf"no version yet: its last run, {MOMENT}, failed: .*/a .*; `thread silence` runs it again\n", told()
    )
    web.pages["/a"] = doubles.page("Silence and sums", "Ten minutes of silence raised scores by 0.31 in 24 schools.")
    model.answer = lambda body: "no answer" if doubles.form_name(body) == "page" else doubles.honest(body)
    assert run("thread", thread, "--home", home).code == 1
    assert re.search(rf"its last run, {MOMENT}, failed: .*answer to 'page' is not usable", told())
    assert run("history", thread, "--home", home, "--json").json["last_run"]["outcome"] == "failed"


def test_a_history_says_that_no_run_has_made_a_version_since(run, home, thread, web, model):
    assert run("thread", thread, "--home", home).code == 0
    web.pages["/a"] = doubles.page("Silence and sums", "A third trial in 12 schools found 0.07, its authors said.")
    model.answer = lambda _: doubles.HttpAnswer(401, b"{}", {"Content-Type": "application/json"})
    assert run("thread", thread, "--home", home).code == 1
    told = run("history", thread, "--home", home).out.splitlines()
    assert re.match(rf"no newer version: its last run, {MOMENT}, failed: .*refused the key", told[0])
    assert told[1].startswith("v1 ")


def test_what_waits_for_answers_or_found_nothing_says_so(run, home, thread):
    for outcome, says in (("awaiting answers", "waits for its answers"), ("nothing new", "`items silence` says why")):
        with closing(store_of(home)) as store, store.writing() as connection:
            runs.add(connection, RunReport(thread=thread, started_at=doubles.NOW, outcome=outcome))
        assert says in run("history", thread, "--home", home).out


def test_a_run_that_could_ask_nothing_is_no_run_without_news(run, home, thread):
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("[fetch]", "run_tokens = 1\n[fetch]"))
    ended = run("thread", thread, "--home", home)
    assert ended.code == 4
    assert ended.out.startswith("silence: allowance spent\n")
    assert re.search(rf"the allowance cut its last run, {MOMENT}, short", run("history", thread, "--home", home).out)
