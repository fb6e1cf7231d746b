"""Private feeds: what they want to be asked with goes to them alone, and is shown, stored and recorded nowhere."""

import base64
import json

import pytest

from pipeline.errors import FetchFailed, MachineError, public_address, without_credentials
from pipeline.fetch.feeds.parse import parse_feed
from pipeline.fetch.http import Fetcher
from pipeline.fetch.opml import parse_opml, shareable
from pipeline.fetch.private import Credentials, credentials
from pipeline.records.items import FetchRequest
from pipeline.settings import Settings
from tests import doubles
from tests.conftest import SILENCE
from tests.doubles import NOW, HttpAnswer

TOKEN, PASSWORD = "token-of-a-private-feed", "ada:word-of-a-private-feed"
OWN = {"X-Token": TOKEN, "Authorization": "Bearer of-ours"}


class Site:
    """A server that keeps what it was asked with; `answers` by path."""

    def __init__(self):
        self.base = ""
        self.asked = []
        self.answers = {}

    def respond(self, handler, _):
        self.asked.append((handler.path, {name.lower(): value for name, value in handler.headers.items()}))
        return self.answers.get(handler.path, HttpAnswer(200, b"here"))

    def leads(self, path, to, status=302):
        self.answers[path] = HttpAnswer(status, b"", {"Location": to})

    def with_headers(self):
        return [path for path, headers in self.asked if headers.keys() & {"x-token", "authorization"}]


@pytest.fixture
def sites():
    """The feed's own server, and another."""
    own, other = Site(), Site()
    with doubles.serving(own.respond) as own.base, doubles.serving(other.respond) as other.base:
        yield own, other


def fetcher(sites, private):
    hosts = frozenset(site.base.partition("://")[2] for site in sites)
    options = {"user_agent": "test", "deadline_s": 20, "max_bytes": 10_000, "allow_hosts": hosts, "private": private}
    return Fetcher(now=lambda: NOW, **options)


def got(sites, path="/feed"):
    url = sites[0].base + path
    return fetcher(sites, {url: Credentials(OWN)}).get(FetchRequest(url, robots=False))


# To whom it goes


def test_headers_go_to_their_address_and_to_no_other_of_the_same_host(sites):
    own, _ = sites
    got(sites)
    fetcher(sites, {f"{own.base}/feed": Credentials(OWN)}).get(FetchRequest(f"{own.base}/page"))
    assert [path for path, _ in own.asked] == ["/feed", "/page"]
    assert own.with_headers() == ["/feed"]
    assert own.asked[0][1]["x-token"] == TOKEN


def test_a_redirect_within_its_host_takes_them_along_and_is_not_remembered(sites):
    own, _ = sites
    own.leads("/feed", "/new", 301)
    assert got(sites).moved_to is None
    assert own.with_headers() == ["/feed", "/new"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_takes_nothing_along_and_none_comes_back_with_it(sites, status):
    own, other = sites
    own.leads("/feed", f"{other.base}/away", status)
    other.leads("/away", f"{own.base}/private", status)
    assert got(sites).body == b"here"
    assert other.with_headers() == []
    assert own.with_headers() == ["/feed"]
    assert [path for path, _ in own.asked] == ["/feed", "/private"]


def test_who_refuses_after_a_redirect_is_named_with_why(sites):
    own, other = sites
    own.leads("/feed", f"{other.base}/away")
    other.answers["/away"] = HttpAnswer(401, b"who are you")
    with pytest.raises(
        FetchFailed, match=r"answered 401 after it led to 127\.0\.0\.1, where what is for it alone"
    ) as no:
        got(sites)
    assert "private-feed" not in str(no.value)


def test_what_the_environment_lacks_is_named_where_it_is_missed(sites):
    own, _ = sites
    chosen = Settings.model_validate({"sources": {f"{own.base}/feed": {"headers": {"X-Token": "FEED_TOKEN"}}}})
    asks = fetcher(sites, credentials(chosen.sources, lambda _: ""))
    assert asks.get(FetchRequest(f"{own.base}/feed")).body == b"here"
    own.answers["/feed"] = HttpAnswer(403, b"no")
    with pytest.raises(FetchFailed, match="answered 403: FEED_TOKEN is not set"):
        asks.get(FetchRequest(f"{own.base}/feed"))


@pytest.mark.parametrize("value", ["a\r\nX-Other: 1", "a\x00b", "né"])
def test_a_value_that_no_header_takes_is_not_sent_and_not_shown(sites, value):
    own, _ = sites
    chosen = Settings.model_validate({"sources": {f"{own.base}/feed": {"headers": {"X-Token": "FEED_TOKEN"}}}})
    own.answers["/feed"] = HttpAnswer(401, b"no")
    with pytest.raises(FetchFailed) as no:
        fetcher(sites, credentials(chosen.sources, lambda _: value)).get(FetchRequest(f"{own.base}/feed"))
    assert "holds what no header takes" in str(no.value)
    assert own.with_headers() == []


# What an operator does


@pytest.fixture
def private_home(home, web, monkeypatch):
    """A home with a thread on a private feed, whose server says what it was asked with."""
    entries = doubles.feed(web.base, ("Silence and sums", "/a"))
    asked = []

    def respond(handler, _):
        given = handler.headers.get("Authorization", "")
        asked.append(given)
        if base64.b64encode(PASSWORD.encode()).decode() not in given:
            return HttpAnswer(401, f"no: {given}".encode(), {"ETag": f'"{given}"'})
        return HttpAnswer(200, entries.body.replace(b"A feed", f"A feed for {given}".encode()), entries.headers)

    with doubles.serving(respond) as base:
        settings = home / "machine.toml"
        text = settings.read_text().replace(f'["{web.host}"]', f'["{web.host}", "{base[7:]}"]')
        settings.write_text(f'{text}[log]\nfile = "log"\n[sources."{base}/feed"]\nbasic = "FEED_PASSWORD"\n')
        monkeypatch.setenv("FEED_PASSWORD", PASSWORD)
        yield home, f"{base}/feed", asked


def test_a_private_feed_is_followed_and_its_password_stands_nowhere(run, private_home, tmp_path, monkeypatch):
    home, feed, asked = private_home
    run("new", "silence", "--title", "Silence", "--feed", feed, "--home", home)
    kept = tmp_path / "kept"
    done = run("thread", "silence", "--record", kept, "--home", home, "--json")
    assert done.json["version"] == 1, done.err
    assert len(asked) == 1
    monkeypatch.delenv("FEED_PASSWORD")
    failed = run("thread", "silence", "--home", home)
    assert "FEED_PASSWORD is not set" in failed.err
    said = [done, failed, *(run(*words, "--json", "--home", home) for words in (("sources", "silence"), ("status",)))]
    shown = "".join(each.out + each.err for each in said).encode()
    written = b"".join(file.read_bytes() for folder in (kept, home / "site", home) for file in folder.rglob("*") if file.is_file() and file.name != "store.db")  # fmt: skip
    for secret in (PASSWORD, PASSWORD.partition(":")[2], base64.b64encode(PASSWORD.encode()).decode()):
        assert secret.encode() not in shown
        assert secret.encode() not in written
    replayed = run("thread", "silence", "--replay", kept, "--home", tmp_path / "other")
    assert replayed.code == 0, replayed.err


REFUSED = {
    "a password in the address": '[sources."https://u:canary@h.example/"]\nbasic = "B"',
    "no web address": '[sources."canary"]\nbasic = "B"',
    "nothing to send": '[sources."https://h.example/"]',
    "a header of ours": '[sources."https://h.example/"]\nheaders = { Host = "B" }',
    "a header that is none": '[sources."https://h.example/"]\nheaders = { "X:\\nY" = "B" }',
    "two of a kind": '[sources."https://h.example/"]\nbasic = "B"\nheaders = { authorization = "B" }',
}


@pytest.mark.parametrize("what", REFUSED)
def test_settings_that_cannot_be_used_are_refused_in_one_line(run, tmp_path, what):
    (tmp_path / "machine.toml").write_text(REFUSED[what])
    ended = run("threads", "--home", tmp_path)
    assert (ended.code, ended.err.count("\n"), "sources" in ended.err) == (2, 1, True), ended.err
    assert "u:canary" not in ended.err


# Secrets in addresses

HIDDEN = {
    "https://u:canary@h.example/feed": "https://h.example/feed",
    "see http://u:can@ary@h.example:81/?a=1 there": "see http://h.example:81/?a=1 there",
    "https://h.example/feed?token=canary&n=2": "https://h.example/feed?token=…&n=2",
    "https://h.example/feed?n=2&feed_token=canary#x": "https://h.example/feed?n=2&feed_token=…#x",
    "https://h.example/?apiKey=canary, and more": "https://h.example/?apiKey=… and more",
    '{"a": "https://h.example/?X-Amz-Signature=canary"}': '{"a": "https://h.example/?X-Amz-Signature=…"}',
    "https://h.example/feed?key=canary&amp;sig=canary": "https://h.example/feed?key=…&amp;sig=…",
}
SHOWN = [
    "https://h.example/?author=x&keyword=y&keys=z",
    "mail ada@h.example",
    "a?b=c",
    "https://h.example/@ada/1?page=2",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_an_address_is_shown_without_the_secrets_in_it(text):
    assert without_credentials(text) == HIDDEN[text]
    assert str(MachineError(text)) == HIDDEN[text]


@pytest.mark.parametrize("text", SHOWN)
def test_other_addresses_are_shown_as_they_are(text):
    assert without_credentials(text) == text


def test_a_token_in_a_feeds_address_is_shown_nowhere(run, home, web, tmp_path):
    """Followed, watched, failing, exported and on the site: its entries have no page of their own."""
    canary, path = "canary-of-a-feed", "/feed?token=canary-of-a-feed"
    (home / "machine.toml").write_text((home / "machine.toml").read_text() + '[log]\nfile = "log"\n')
    item = "<item><title>One</title><guid>1</guid><description>" + "The board kept silent for ten minutes. " * 40
    text = f"<rss version='2.0'><channel><title>F</title>{item}</description></item></channel></rss>"
    web.pages[path] = HttpAnswer(200, text.encode(), {"Content-Type": "application/rss+xml"})
    address = f"{web.base}{path}"
    said = [
        run("new", "silence", "--title", "Silence", "--feed", address, "--feed", f"{web.base}/open", "--home", home)
    ]
    said.append(run("thread", "silence", "--home", home))
    assert run("show", "silence", "--format", "json", "--home", home).json["version"] == 1, said[-1].err
    web.pages[path] = HttpAnswer(500, b"no")
    said += [run("thread", "silence", "--home", home), run("watch", "--feed", address, "--home", home)]
    for words in (
        ("sources", "silence"),
        ("watch",),
        ("status",),
        ("threads",),
        ("items", "silence"),
        ("thread", "silence", "--plan"),
    ):
        said += [run(*words, "--home", home), run(*words, "--json", "--home", home)]
    exported = run("sources", "silence", "--as-opml", "--home", home)
    assert parse_opml(exported.out.encode(), "export").addresses == (f"{web.base}/open",)
    assert f"left out    {web.base}/feed?token=…: its address holds a secret" in exported.err
    assert f"{web.base}/feed?token=…" in "".join(each.out for each in said)
    assert canary not in "".join(each.out + each.err for each in (*said, exported))
    for file in [home / "log", *(home / "site").rglob("*")]:
        assert file.is_dir() or canary.encode() not in file.read_bytes(), file


def test_an_entry_without_a_page_leads_to_its_feed_without_the_token():
    text = b"<rss version='2.0'><channel><item><guid isPermaLink='false'>1</guid><description>Words.</description></item></channel></rss>"
    [entry] = parse_feed(text, "https://h.example/feed?n=1&token=canary").entries
    assert entry.url == "https://h.example/feed"
    [entry] = parse_feed(text, "https://h.example/feed?n=1").entries
    assert entry.url == "https://h.example/feed?n=1"


def test_lists_of_feeds_say_what_they_leave_out_without_its_secret():
    feeds = parse_opml(b'<opml><body><outline text="F" xmlUrl="https://u:canary@h.example/f"/></body></opml>', "list")
    assert feeds == ((), ("line 1: F: https://h.example/f carries a password: see [sources] in docs/settings.md",))
    assert shareable(["https://h.example/a"]) == (("https://h.example/a",), ())


def test_an_address_with_a_password_is_refused_with_where_it_belongs(run, home):
    refused = run("new", "x", "--title", "X", "--feed", "https://u:canary@h.example/f", "--home", home, "--json")
    assert (refused.code, "[sources]" in refused.err) == (2, True)
    assert "canary" not in refused.err + refused.out
    assert json.loads(refused.out)["exit_code"] == 2


CANARIES = ("canary-of-a-page", "canary-of-a-link", "canary-of-an-entry", "canary-of-a-canonical")


def test_a_token_in_an_items_address_is_fetched_with_and_shown_nowhere(run, home, web):
    """A page, an entry of a feed, a link and a canonical address, on the site, in its JSON and in what commands say."""
    page, link, entry, canonical = CANARIES
    head = f'<link rel="canonical" href="{web.base}/a?n=1&amp;token={canonical}">'
    leads = f'The study is <a href="http://other.example/study?api-key={link}&amp;p=2">here</a>.'
    web.pages[f"/a?n=1&token={page}"] = doubles.page("One", *SILENCE, leads, head=head)
    web.pages[f"/b?key={entry}#t"] = web.pages[f"/b?key={entry}"] = doubles.page("Two", *SILENCE[:2])
    web.pages["/feed"] = doubles.feed(web.base, ("Two", f"/b?key={entry}"))
    begun = ("--page", f"{web.base}/a?n=1&token={page}", "--feed", f"{web.base}/feed")
    said = [run("new", "silence", "--title", "Silence", *begun, "--home", home)]
    said.append(run("thread", "silence", "--home", home))
    assert {f"/a?n=1&token={page}", f"/b?key={entry}"} <= set(web.asked), "fetched with it"
    items = run("items", "silence", "--home", home, "--json").json["items"]
    for words in (
        *(("item", item["id"]) for item in items),
        ("items", "silence"),
        ("show", "silence"),
        ("sources", "silence"),
    ):
        said += [run(*words, "--home", home), run(*words, "--json", "--home", home)]
    said.append(run("show", "silence", "--format", "html", "--home", home))
    for canary in CANARIES:
        assert canary not in "".join(each.out + each.err for each in said), canary
        for file in (home / "site").rglob("*"):
            assert file.is_dir() or canary.encode() not in file.read_bytes(), (canary, file)
    [shown] = [item["id"] for item in items if item["title"] == "One"]
    written = json.loads((home / f"site/items/{shown}/index.json").read_text())
    assert (written["url"], written["links"]) == (f"{web.base}/a?n=1", ["http://other.example/study?p=2"])
    assert f'href="{web.base}/a?n=1"' in (home / f"site/items/{shown}/index.html").read_text().replace("&amp;", "&")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://h.example/a?id=3&token=x)y'z", "https://h.example/a?id=3"),
        ("https://h.example/a?token=x&id=3#part", "https://h.example/a?id=3#part"),
        ("https://u:p@h.example/a?X-Amz-Signature=x;key=y#access_token=z", "https://h.example/a"),
        ("https://h.example/a?PHPSESSION=0123456789abcdef", "https://h.example/a"),
        ("https://h.example/@ada/?session=12&monkey=1&author=a@b#key", None),
    ],
)
def test_the_address_that_readers_are_given(address, shown):
    assert public_address(address) == (shown or address)
