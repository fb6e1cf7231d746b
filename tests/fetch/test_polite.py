"""Manners: robots.txt as RFC 9309 has it, a pause a host, a host that asks to be left alone; and the key of a search,
which goes to its own host alone."""

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.http import Fetcher
from pipeline.fetch.polite import PoliteGetter
from pipeline.net.rate_limit import LocalRateLimiter
from pipeline.records.items import FetchRequest, Response, Validators
from tests import doubles
from tests.doubles import NOW
from tests.fetch.test_fetch import fetcher, reason


class Hosts:
    """A web of (status, body) by address, with a clock that only pauses move."""

    def __init__(self, **answers):
        self.answers, self.asked, self.now, self.pauses = answers, [], 0.0, []

    def get(self, request):
        url = request.url
        self.asked.append((url, round(self.now, 2)))
        path = "/" + url.split("/", 3)[3]
        name = path.strip("/").replace(".", "_") or "page"
        status, body, *wait = self.answers.get(name, (404, b"") if name == "robots_txt" else (200, b"words"))
        if status != 200:
            raise FetchFailed(f"http {status}" if isinstance(status, int) else status, f"{url} {status}", *wait)
        return Response(url=url, final_url=url, fetched_at=NOW, media_type="text/html", body=body)

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


def polite(hosts, pause_s=1.0, own=()):
    return PoliteGetter(
        hosts, "InformationMachine", pause_s, frozenset(own), LocalRateLimiter(lambda: hosts.now), hosts.pause
    )


ROBOTS = [
    # robots.txt, address, may it be fetched
    ((200, b"User-agent: *\nDisallow: /private"), "/public", True),
    ((200, b"User-agent: *\nDisallow: /private"), "/private/x", False),
    ((200, b"User-agent: *\nDisallow: /\n\nUser-agent: informationmachine\nAllow: /"), "/x", True),
    ((200, b"User-agent: InformationMachine\nDisallow: /"), "/x", False),
    ((200, b"User-agent: *\nDisallow: /*.pdf$"), "/x.pdf", False),
    ((200, b""), "/x", True),
    ((200, b"\xff\xfe<html>not robots</html>"), "/x", True),
    ((404, b""), "/x", True),
    ((403, b""), "/x", True),
    ((410, b""), "/x", True),
    ((429, b""), "/x", False),
    ((500, b""), "/x", False),
    ((503, b""), "/x", False),
    (("unreachable", b""), "/x", False),
    (("too large", b""), "/x", False),
    ((200, b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /"), "/x", True),  # what is behind 500 KiB is not read
]


@pytest.mark.parametrize(("robots", "path", "may"), ROBOTS)
def test_robots_txt(robots, path, may):
    hosts = Hosts(robots_txt=robots)
    if may:
        assert polite(hosts).get(FetchRequest(f"http://a.example{path}")).body == b"words"
    else:
        assert reason(lambda: polite(hosts).get(FetchRequest(f"http://a.example{path}"))) == "robots.txt"
        assert [url for url, _ in hosts.asked] == ["http://a.example/robots.txt"]


def test_robots_txt_is_read_once_a_host_and_never_for_a_feed():
    hosts = Hosts(robots_txt=(200, b"User-agent: *\nDisallow: /"))
    web = polite(hosts)
    assert web.get(FetchRequest("http://a.example/feed", robots=False)).body == b"words"
    for _ in range(2):
        assert reason(lambda: web.get(FetchRequest("http://a.example/x"))) == "robots.txt"
    assert [url for url, _ in hosts.asked].count("http://a.example/robots.txt") == 1


def test_one_host_is_paused_for_and_others_are_not():
    hosts = Hosts()
    web = polite(hosts, pause_s=2)
    for url in ("http://a.example/1", "http://b.example/1", "http://a.example/2", "http://a.example/3"):
        web.get(FetchRequest(url, robots=False))
    assert hosts.asked == [
        ("http://a.example/1", 0), ("http://b.example/1", 0), ("http://a.example/2", 2), ("http://a.example/3", 4),
    ]  # fmt: skip


def test_a_crawl_delay_is_kept_up_to_a_limit_and_the_operators_own_hosts_need_none():
    for stated, kept in ((5, 5.0), (3600, 10.0)):
        hosts = Hosts(robots_txt=(200, f"User-agent: *\nCrawl-delay: {stated}".encode()))
        web = polite(hosts)
        web.get(FetchRequest("http://a.example/1"))
        web.get(FetchRequest("http://a.example/2"))
        assert hosts.pauses == [kept]
    hosts = Hosts()
    web = polite(hosts, own=["127.0.0.1:8000", "own.example:80"])
    for url in ("http://127.0.0.1:8000/1", "http://127.0.0.1:8000/2", "http://own.example/1", "http://own.example/2"):
        web.get(FetchRequest(url))
    assert hosts.pauses == []


def test_a_host_that_asks_for_time_is_not_asked_again_and_others_are():
    hosts = Hosts(busy=(429, b"", 120.0))
    web = polite(hosts)
    assert reason(lambda: web.get(FetchRequest("http://a.example/busy"))) == "http 429"
    assert reason(lambda: web.get(FetchRequest("http://a.example/x"))) == "asked to wait"
    assert web.get(FetchRequest("http://b.example/x")).body == b"words"
    hosts.now += 121
    assert web.get(FetchRequest("http://a.example/x")).body == b"words"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Wed, 25 Mar 2026 12:01:00 GMT", 60),
        ("Wed, 25 Mar 2020 12:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_how_long_a_host_asks_for(web, header, seconds):
    web.pages["/busy"] = doubles.HttpAnswer(503, b"", {"Retry-After": header})
    with pytest.raises(FetchFailed) as failed:
        fetcher([web.host]).get(FetchRequest(f"{web.base}/busy"))
    assert failed.value.wait_s == seconds


def test_a_key_goes_to_its_own_host_alone():
    heard = []

    def elsewhere(handler, _):
        heard.append(dict(handler.headers.items()))
        return doubles.HttpAnswer(200, b"{}")

    def moved(handler, _):
        return doubles.HttpAnswer(302, b"", {"Location": f"{other}/search"})

    with doubles.serving(elsewhere) as other, doubles.serving(moved) as base:
        hosts = [base.partition("://")[2], other.partition("://")[2]]
        key = {"Authorization": "Bearer canary"}
        assert (
            reason(lambda: fetcher(hosts).get(FetchRequest(f"{base}/search", send={"q": 1}, headers=key))) == "http 302"
        )
    assert heard == []


def test_what_is_sent_and_known_is_what_the_server_hears():
    heard = []

    def respond(handler, body):
        heard.append((handler.command, body, handler.headers.get("If-None-Match"), handler.headers.get("User-Agent")))
        return doubles.HttpAnswer(200, b"{}", {"ETag": "e", "Content-Type": "text/html; Charset='UTF-8'"})

    with doubles.serving(respond) as base:
        client: Fetcher = fetcher([base.partition("://")[2]])
        got = client.get(FetchRequest(base, Validators(etag="e"), send={"query": "x"}))
    assert heard == [("POST", b'{"query":"x"}', "e", "test")]
    assert (got.charset, got.validators, got.moved_to) == ("UTF-8", Validators(etag="e"), None)
