"""The guarded client: what may be connected to, how much and how long; and what a feed names."""

import gzip
import ipaddress
import json
import os
import socket
import time
from pathlib import Path

import httpcore2
import pytest

from pipeline.errors import FetchFailed, Unreadable
from pipeline.fetch.addresses import canonical, is_address, item_id
from pipeline.fetch.feeds.parse import parse_feed
from pipeline.fetch.guard import is_public
from pipeline.fetch.http import Fetcher
from pipeline.records.items import FetchRequest
from tests import doubles
from tests.doubles import NOW


def fetcher(allow=(), resolve=None, deadline_s=5.0, max_bytes=100_000):
    more = {"resolve": resolve} if resolve else {}
    return Fetcher(
        now=lambda: NOW,
        user_agent="test",
        deadline_s=deadline_s,
        max_bytes=max_bytes,
        allow_hosts=frozenset(allow),
        **more,
    )


def reason(call) -> str:
    with pytest.raises(FetchFailed) as failed:
        call()
    assert "\n" not in str(failed.value)
    return failed.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "fec0::1", "ff02::1",
        "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::1",
        "2002:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"])
def test_addresses_that_are(address):
    assert is_public(address)


def test_loopback_is_refused_unless_the_operator_allows_it(web):
    web.pages["/a"] = doubles.page("T", "text")
    assert reason(lambda: fetcher().get(FetchRequest(f"{web.base}/a"))) == "port"
    assert (
        reason(lambda: fetcher(resolve=lambda h, p: [("127.0.0.1", p)]).get(FetchRequest("http://site.example/")))
        == "non-public"
    )
    assert web.asked == []
    assert fetcher([web.host]).get(FetchRequest(f"{web.base}/a")).fetched_at == NOW


def test_a_redirect_to_a_private_address_is_refused(web):
    web.pages["/out"] = doubles.HttpAnswer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data"})
    web.pages["/file"] = doubles.HttpAnswer(302, b"", {"Location": "file:///etc/passwd"})
    web.pages["/loop"] = doubles.HttpAnswer(302, b"", {"Location": "/loop"})
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/out"))) == "non-public"
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/file"))) == "unreachable"
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/loop"))) == "redirects"


@pytest.fixture
def connects(monkeypatch):
    """Connections asked of the operating system; none is made."""
    asked = []

    def refuse(self, host, port, *_):
        asked.append((host, port))
        raise httpcore2.ConnectError("refused by the test")

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", refuse)
    return asked


def test_the_address_checked_is_the_address_connected_to(connects):
    """DNS rebinding: a name that would resolve differently the second time is resolved once."""
    answers = iter([[("8.8.8.8", 80)], [("127.0.0.1", 80)]])
    rebinding = fetcher(resolve=lambda host, port: next(answers))
    assert reason(lambda: rebinding.get(FetchRequest("http://site.example/"))) == "unreachable"
    assert connects == [("8.8.8.8", 80)]


def test_of_several_addresses_only_the_public_ones_are_tried(connects):
    several = [("127.0.0.1", 80), ("8.8.8.8", 80), ("10.0.0.1", 80), ("2606:2800:220:1::1", 80)]
    assert (
        reason(lambda: fetcher(resolve=lambda h, p: several).get(FetchRequest("http://site.example/"))) == "unreachable"
    )
    assert connects == [("8.8.8.8", 80), ("2606:2800:220:1::1", 80)]


def test_size_is_counted_after_decompression(web):
    bomb = gzip.compress(b"a" * 5_000_000)
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    web.pages["/bomb"] = doubles.HttpAnswer(200, bomb, headers)
    web.pages["/large"] = doubles.HttpAnswer(200, b"a" * 200_000, {"Content-Type": "text/html"})
    assert len(bomb) < 100_000
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/bomb"))) == "too large"
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/large"))) == "too large"


def test_time_is_a_total_not_a_pause_between_bytes():
    """One byte every 50 ms never pauses long, and never ends."""

    def drip(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            for _ in range(100_000):  # an hour and a half
                handler.wfile.write(b"a")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            handler.close_connection = True
        return doubles.HttpAnswer(200, b"")

    with doubles.serving(drip) as base:
        assert reason(lambda: fetcher([base.partition("://")[2]], deadline_s=0.5).get(FetchRequest(base))) == "too slow"


def test_statuses_and_dead_hosts(web):
    web.pages["/410"] = doubles.HttpAnswer(410, b"", {})
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/410"))) == "http 410"
    assert reason(lambda: fetcher(["127.0.0.1:9"]).get(FetchRequest("http://127.0.0.1:9/"))) == "unreachable"

    def unknown(host, port):
        raise OSError("no such host")

    assert reason(lambda: fetcher(resolve=unknown).get(FetchRequest("http://nowhere.example/"))) == "no such host"


@pytest.mark.parametrize(
    "url",
    ["", "x", "file:///etc/passwd", "http://", "http:///a", "http://a b/", "http://a\\@b/", "http://u@h/", "//h/",
     "http://h:0/", "http://h:x/", "http://h/\n", "javascript:alert(1)", "data:text/html,x", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_address(url):
    assert not is_address(url)
    assert reason(lambda: fetcher().get(FetchRequest(url))) == "address"


def test_one_page_has_one_identity_at_many_spellings():
    spellings = [
        "http://a.example/x?b=2&a=1",
        "https://a.example/x?a=1&b=2#part",
        "https://A.example/x?a=1&b=2&utm_source=feed",
        "https://a.example:443/x?a=1&b=2",
    ]
    assert len({item_id(url) for url in spellings}) == 1, [canonical(url) for url in spellings]
    assert item_id("https://a.example/y") != item_id("https://a.example/x")


def test_a_paper_on_arxiv_is_one_work_in_all_its_versions_and_forms():
    forms = ["https://arxiv.org/abs/2603.01170", "http://arxiv.org/abs/2603.01170v3", "https://www.arxiv.org/pdf/2603.01170v1.pdf",
             "https://export.arxiv.org/abs/2603.01170?x=1", "https://arxiv.org/html/2603.01170v2"]  # fmt: skip
    assert len({item_id(url) for url in forms}) == 1
    assert item_id("https://arxiv.org/abs/math.GT/0309136") == item_id("https://arxiv.org/pdf/math.GT/0309136v1")
    assert item_id("https://arxiv.org/abs/2603.01171") != item_id(forms[0])


def test_feeds():
    body = doubles.feed("http://a.example", ("One", "/1"), ("Two", "/2")).body
    found = parse_feed(body, "http://a.example/feed").entries
    assert [(f.title, f.url, f.venue, f.published) for f in found] == [
        ("One", "http://a.example/1", "A feed", "2026-03-02"),
        ("Two", "http://a.example/2", "A feed", "2026-03-02"),
    ]


@pytest.mark.parametrize("body", [b"", b"  ", b"{}", b"<html><body>no feed</body></html>", b"\x00\xff", b"%PDF"])
def test_what_is_no_feed(body):
    with pytest.raises(Unreadable):
        parse_feed(body, "http://a.example/feed")


CORPORA = os.environ.get("INFORMATION_MACHINE_CORPORA")


@pytest.mark.skipif(not CORPORA, reason="INFORMATION_MACHINE_CORPORA names no folder of public test data")
def test_no_candidate_for_a_forged_address_is_ever_connected_to(connects):
    """Every candidate of the corpora, with names resolved as the system resolves numeric spellings."""
    lines = (Path(CORPORA or "") / "hostile/ssrf_candidates.jsonl").read_text().splitlines()
    urls = [json.loads(line)["payload"] for line in lines]
    assert len(urls) > 400

    def numeric(host, port):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [(info[4][0], info[4][1]) for info in found]

    one = fetcher(resolve=numeric)
    for url in urls:
        with pytest.raises(FetchFailed):
            one.get(FetchRequest(url))
    assert [address for address, _ in connects if not ipaddress.ip_address(address).is_global] == []


# What only shows while it happens: answers that change, several addresses, chains of redirects.

PRIVATE = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"]


@pytest.mark.parametrize("private", PRIVATE)
def test_a_name_that_turns_private_between_two_fetches_is_refused_the_second_time(connects, private):
    answers = iter([[("8.8.8.8", 80)], [(private, 80)], [("8.8.8.8", 80), (private, 80)]])
    client = fetcher(resolve=lambda host, port: next(answers))
    assert reason(lambda: client.get(FetchRequest("http://site.example/"))) == "unreachable"
    assert reason(lambda: client.get(FetchRequest("http://site.example/"))) == "non-public"
    assert reason(lambda: client.get(FetchRequest("http://site.example/"))) == "unreachable"
    assert {address for address, _ in connects} == {"8.8.8.8"}


@pytest.mark.parametrize("private", PRIVATE)
def test_a_chain_of_redirects_that_ends_at_a_private_address_is_refused_there(web, private):
    host = f"[{private}]" if ":" in private else private
    web.pages["/1"] = doubles.HttpAnswer(301, b"", {"Location": "/2"})
    web.pages["/2"] = doubles.HttpAnswer(
        307, b"", {"Location": f"http://public.example:{web.host.rpartition(':')[2]}/3"}
    )
    web.pages["/3"] = doubles.HttpAnswer(302, b"", {"Location": f"http://{host}/admin"})
    public = f"public.example:{web.host.rpartition(':')[2]}"
    client = fetcher([web.host, public], resolve=lambda h, p: [("127.0.0.1" if h != private else private, p)])
    assert reason(lambda: client.get(FetchRequest(f"{web.base}/1"))) == "non-public"
    assert web.asked == ["/1", "/2", "/3"]


@pytest.mark.parametrize("location", ["ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)", "http://u:p@127.0.0.1/", "//127.0.0.1:22/", "http://127.0.0.1:6379/", "gopher://a.example/"])  # fmt: skip
def test_a_redirect_leads_nowhere_but_the_public_web(web, location):
    web.pages["/out"] = doubles.HttpAnswer(302, b"", {"Location": location})
    assert reason(lambda: fetcher([web.host]).get(FetchRequest(f"{web.base}/out"))) in (
        "unreachable",
        "port",
        "non-public",
        "address",
    )
    assert web.asked == ["/out"]
