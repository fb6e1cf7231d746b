"""A host that the operator has blocked: nothing of it is fetched or taken any more, and what it gave stays."""

import pytest

from pipeline import testing
from pipeline.app.wiring import open_machine
from pipeline.errors import FetchFailed
from pipeline.fetch.http import Fetcher
from pipeline.fetch.polite import PoliteGetter
from pipeline.fetch.source_list import SourceList
from pipeline.net.rate_limit import LocalRateLimiter
from pipeline.records.items import FetchRequest
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, follow, run_again

FEED = "http://feeds.example/all.xml"
FIRST, SECOND, BELOW, OTHER = (
    f"http://{page}" for page in ("dull.example/1", "www.dull.example/2", "m.dull.example/3", "b.example/4")
)
BY = {"m.dull.example": {BELOW}, "https://www.Dull.example/about": {SECOND, BELOW}}


def brings(pages, *addresses):
    for address in addresses:
        pages.pages[address] = testing.article(f"Of {address}", *SILENCE[:2], f"{address} adds {len(address)} words.")
    pages.pages[FEED] = testing.feed(*((f"Of {address}", address) for address in addresses))


def asked_since(pages, count):
    return set(pages.asked[count:]) - {FEED, ARTICLE}


@pytest.mark.parametrize("named", BY)
def test_what_a_blocked_host_has_is_neither_fetched_nor_taken_and_its_items_stay(machine, pages, named):
    brings(pages, FIRST)
    follow(machine, ARTICLE, feeds=[FEED])
    run_again(machine)
    machine.editor.block(named)
    before = len(pages.asked)
    brings(pages, FIRST, SECOND, BELOW, OTHER)
    assert run_again(machine).problems == ()
    assert asked_since(pages, before) == {SECOND, BELOW, OTHER} - BY[named]
    assert {item.url for item in machine.items("silence")} == {ARTICLE, FIRST, SECOND, BELOW, OTHER} - BY[named]
    machine.editor.unblock(named)
    brings(pages, FIRST, SECOND, BELOW, OTHER, "http://b.example/5")  # a feed that did not change is not looked through
    run_again(machine)
    assert BY[named] <= asked_since(pages, before)


def test_a_page_and_a_feed_that_a_blocked_host_has_are_not_asked(machine, pages):
    brings(pages, OTHER)
    follow(machine, ARTICLE, feeds=[FEED])
    machine.editor.watch(SourceList(feeds=[FEED]))
    machine.editor.block("feeds.example")
    machine.editor.block("a.example")
    assert run_again(machine).problems == ()
    machine.batch()
    assert pages.asked == []


def test_what_watched_feeds_bring_of_a_blocked_host_does_not_arrive(machine, pages):
    brings(pages, FIRST, OTHER)
    machine.editor.watch(SourceList(feeds=[FEED]))
    machine.editor.block("dull.example")
    machine.batch()
    assert asked_since(pages, 0) == {OTHER}
    assert sum(machine.status(1).arrivals.values()) == 1


def test_what_could_not_be_fetched_is_not_tried_again_while_its_host_is_blocked(machine, pages):
    brings(pages, FIRST)
    pages.pages[FIRST] = FetchFailed("http 503", "busy")
    follow(machine, ARTICLE, feeds=[FEED])
    run_again(machine)
    machine.editor.block("dull.example")
    before = len(pages.asked)
    run_again(machine)
    assert asked_since(pages, before) == set()
    machine.editor.unblock("dull.example")
    run_again(machine)
    assert asked_since(pages, before) == {FIRST}


def test_what_runs_fetch_with_knows_the_blocked_hosts(tmp_path):
    with open_machine(tmp_path) as machine:
        machine.editor.block("dull.example")
        with pytest.raises(FetchFailed) as failed:
            machine.services.web(doubles.NOW).get(FetchRequest("http://dull.example/"))
    assert failed.value.reason == "host blocked"


@pytest.mark.parametrize("host", ["dull.example", "DULL.example.", "m.dull.example", "xn--dll-hoa.example"])
def test_no_redirect_leads_to_a_blocked_host(web, host):
    port = int(web.host.rpartition(":")[2])
    fetcher = Fetcher(
        now=lambda: doubles.NOW,
        user_agent="test",
        deadline_s=5.0,
        max_bytes=1000,
        allow_hosts=frozenset([web.host]),
        blocked=frozenset(["dull.example", "xn--dll-hoa.example"]),
        resolve=lambda _host, _port: [("127.0.0.1", port)],
    )
    web.pages["/out"] = doubles.HttpAnswer(302, b"", {"Location": f"http://{host}:{port}/in"})
    web.pages["/in"] = doubles.page("T", "text")
    polite = PoliteGetter(fetcher, "test", 0.0, frozenset(), LocalRateLimiter())
    for address in (f"{web.base}/out", f"http://{host}/in"):
        with pytest.raises(FetchFailed) as failed:
            polite.get(FetchRequest(address))
        assert failed.value.reason == "host blocked"
    assert "/in" not in web.asked


def test_by_command(run, tmp_path):
    assert run("block", "--list", "--home", tmp_path).out == "no host is blocked\n"
    assert run("block", "https://www.dull.example/x", "--home", tmp_path).out.startswith("dull.example is blocked")
    assert run("block", "m.dull.example", "--home", tmp_path).code == 2  # it is below
    assert run("block", "bücher.example", "--home", tmp_path, "--json").json["host"] == "xn--bcher-kva.example"
    listed = run("block", "--list", "--home", tmp_path, "--json").json["hosts"]
    assert [line["host"] for line in listed] == ["dull.example", "xn--bcher-kva.example"]
    assert run("block", "dull.example", "--undo", "--home", tmp_path).code == 0
    again = run("block", "dull.example", "--undo", "--home", tmp_path)
    assert (again.code, again.err) == (2, "error: dull.example is not blocked: see `block --list`\n")
    for words in ((), ("x.example", "--list"), ("--undo", "--list"), ("not a host",), ("http://[::1",), ("..",)):
        assert run("block", *words, "--home", tmp_path).code == 2, words
