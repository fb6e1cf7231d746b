"""The places a thread looks at: whatever a feed does, the rest goes on, and `sources` says how each answered."""

import json
from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.errors import FetchFailed, Unreadable, UsageError
from pipeline.fetch import backoff as polling
from pipeline.fetch import poll
from pipeline.fetch.feeds.parse import named_feeds, parse_feed
from pipeline.fetch.opml import opml, parse_opml
from pipeline.fetch.source_list import SourceList
from pipeline.records.items import Response, Validators
from pipeline.records.sources import SourceStatus
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, follow, run_again, version_of
from tests.doubles import NOW
from tests.runs.test_thread import ran

XML = {"Content-Type": "application/rss+xml"}
LONG = "".join(
    f"<p>In lesson {n} the board counted {n * 7} pupils and put the cost at {n * 3} crowns.</p>" for n in range(30)
)


def status_of(run, home, address):
    found = run("sources", "silence", "--home", home, "--json").json["sources"]
    return next(source for source in found if source["address"] == address)


def begin(run, home, *words):
    assert run("new", "silence", "--title", "Silence", *words, "--home", home).code == 0


def test_a_dead_or_hostile_source_is_a_line_in_the_report_and_stops_nothing(run, home, web):
    good = doubles.feed(web.base, ("Silence and sums", "/a"))
    web.pages["/good"] = good
    web.pages["/bomb"] = doubles.HttpAnswer(
        200, b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><rss><channel>&a;</channel></rss>", XML
    )
    web.pages["/html"] = doubles.page("No feed", "Words.")
    web.pages["/500"] = doubles.HttpAnswer(500, b"", {})
    web.pages["/gone"] = doubles.HttpAnswer(410, b"", {})
    names = ("good", "bomb", "html", "500", "nowhere", "gone")
    begin(run, home, *(word for name in names for word in ("--feed", f"{web.base}/{name}")))
    report = ran(run, home)
    assert (report.code, report.json["version"]) == (1, 1)
    reasons = {trouble["what"].rpartition("/")[2]: trouble["reason"] for trouble in report.json["troubles"]}
    assert reasons == {"html": "not a feed", "500": "http 500", "nowhere": "http 404", "gone": "http 410"}
    lines = run("sources", "silence", "--home", home).out.splitlines()
    assert len(lines) == 6
    assert "/good: well, last well 20" in lines[0]
    assert "1 entries" in lines[0]
    assert "/500: failed 1x (http 500), never well yet" in lines[3]
    assert "gone for good" in lines[5]
    assert status_of(run, home, f"{web.base}/good")["failures"] == 0


def test_what_has_not_changed_is_asked_for_by_its_tag_and_not_read_again(run, home, web, model):
    heard = []

    def respond(handler, _):
        heard.append((handler.path, handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")))
        if handler.headers.get("If-None-Match") == '"v1"':
            return doubles.HttpAnswer(304, b"", {"ETag": '"v1"'})
        body = doubles.feed(base, ("Silence and sums", "/a")).body
        if handler.path != "/feed":
            body = doubles.page("Silence and sums", *SILENCE).body if handler.path == "/a" else b""
        kind = XML if handler.path == "/feed" else {"Content-Type": "text/html"}
        return doubles.HttpAnswer(200, body, {**kind, "ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"})

    with doubles.serving(respond) as base:
        settings = home / "machine.toml"
        settings.write_text(settings.read_text().replace(web.host, base.partition("://")[2]))
        begin(run, home, "--feed", f"{base}/feed", "--page", f"{base}/a")
        assert ran(run, home).json["version"] == 1
        heard.clear()
        report = ran(run, home).json
        assert (report["outcome"], report["new_snapshots"], report["troubles"]) == ("nothing new", 0, [])
        asked = [each for each in heard if each[0] != "/robots.txt"]
        assert sorted(asked) == [(path, '"v1"', "Mon, 02 Mar 2026 08:00:00 GMT") for path in ("/a", "/feed")]


def test_an_answer_of_not_modified_to_a_question_without_condition_is_a_failure(run, home, web):
    web.pages["/feed"] = doubles.HttpAnswer(304, b"", {})
    begin(run, home, "--feed", f"{web.base}/feed")
    assert ran(run, home).json["troubles"][0]["reason"] == "http 304"


def test_a_feed_that_moved_for_good_is_asked_where_it_is_now(run, home, web):
    web.pages["/old"] = doubles.HttpAnswer(301, b"", {"Location": "/new"})
    web.pages["/new"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    begin(run, home, "--feed", f"{web.base}/old")
    ran(run, home)
    assert status_of(run, home, f"{web.base}/old")["moved_to"] == f"{web.base}/new"
    web.asked.clear()
    ran(run, home)
    assert web.asked == ["/new"]


def test_a_feed_that_moved_for_now_is_asked_where_it_was(run, home, web):
    web.pages["/old"] = doubles.HttpAnswer(302, b"", {"Location": "/new"})
    web.pages["/new"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    begin(run, home, "--feed", f"{web.base}/old")
    ran(run, home)
    assert status_of(run, home, f"{web.base}/old")["moved_to"] is None


FEED = "http://a.example/feed"


def status_in(machine, address):
    return next(status for source, status in machine.queries.sources("silence") if source.address == address)


def test_a_feed_that_is_gone_is_not_asked_again_until_it_is_named_again(machine, pages):
    pages.pages[FEED] = FetchFailed("http 410", f"{FEED} answered 410")
    follow(machine, ARTICLE, feeds=[FEED])
    run_again(machine)
    pages.asked.clear()
    assert run_again(machine).exit_code == 0
    assert pages.asked == [ARTICLE]
    assert status_in(machine, FEED).gone
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE))
    machine.editor.follow("silence", SourceList(feeds=[FEED]))
    run_again(machine)
    assert (status_in(machine, FEED).failures, status_in(machine, FEED).gone) == (0, False)


def test_a_page_that_names_its_feed_is_followed_to_it(machine, pages):
    link = '<link rel="alternate" type="application/atom+xml" href="/feed">'
    pages.pages["http://a.example/blog"] = testing.article("A blog", "Hello.", head=link)
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE))
    follow(machine, feeds=["http://a.example/blog"])
    assert run_again(machine).version == 1
    pages.asked.clear()
    run_again(machine)
    assert pages.asked == [FEED]


def test_an_article_that_its_feed_carries_whole_is_not_fetched(machine, pages):
    entry = f"<item><title>Lessons</title><link>http://a.example/lessons</link><content:encoded><![CDATA[{LONG}]]></content:encoded></item>"
    text = "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>A feed</title>{}</channel></rss>"
    pages.pages[FEED] = testing.Served(text.format(entry).encode(), "application/rss+xml")
    follow(machine, feeds=[FEED])
    assert run_again(machine).version == 1
    assert pages.asked == [FEED]
    assert version_of(machine)["sources"][0]["evidence"] == "full text"
    edited = entry.replace("lesson 3 ", "lesson 300 ")
    pages.pages[FEED] = testing.Served(text.format(edited).encode(), "application/rss+xml")
    assert run_again(machine).version == 2, "an entry edited in place is a new text"
    assert [failure for proof in machine.queries.prove("silence") for failure in proof.failures] == []


def test_an_entry_whose_feed_says_it_was_changed_is_fetched_again(machine, pages, clock):
    text = "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><title>T</title><id>{0}</id><link href='{0}'/><updated>{1}</updated></entry></feed>"
    pages.pages[FEED] = testing.Served(text.format(ARTICLE, "2026-03-02T08:00:00Z").encode(), "application/atom+xml")
    follow(machine, feeds=[FEED])
    run_again(machine)
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, "The board ended the quiet ten on Friday.")
    assert run_again(machine).outcome == "nothing new"
    clock.forward(timedelta(hours=2))
    later = text.format(ARTICLE, (clock() - timedelta(hours=1)).isoformat())
    pages.pages[FEED] = testing.Served(later.encode(), "application/atom+xml")
    assert run_again(machine).version == 2


def test_what_could_not_be_got_for_a_passing_reason_is_tried_again_and_for_another_is_not(machine, pages):
    busy, no = "http://a.example/busy", "http://a.example/no"
    pages.pages[FEED] = testing.feed(("Busy", busy), ("No", no))
    pages.pages[busy], pages.pages[no] = FetchFailed("http 503", "busy"), FetchFailed("http 403", "no")
    follow(machine, feeds=[FEED])
    run_again(machine)
    pages.asked.clear()
    pages.pages[busy] = pages.pages[no] = testing.article("Silence and sums", *SILENCE)
    assert run_again(machine).version == 1
    assert pages.asked == [FEED, busy]


def test_dates_that_have_not_come_are_not_believed_and_a_thousand_entries_are_bounded(begin_machine, pages):
    machine = begin_machine(fetch={"per_feed": 5})
    entries = "".join(
        f"<item><title>N{n}</title><link>http://a.example/{n}</link><pubDate>Mon, 02 Mar 2026 08:{n % 60:02}:00 GMT</pubDate></item>"
        for n in range(1000)
    )
    late = f"<item><title>Late</title><link>{ARTICLE}</link><pubDate>Mon, 02 Mar 2093 08:00:00 GMT</pubDate></item>"
    body = f"<rss version='2.0'><channel><title>F</title>{late}{entries}</channel></rss>"
    pages.pages[FEED] = testing.Served(body.encode(), "application/rss+xml")
    follow(machine, feeds=[FEED])
    assert run_again(machine).found == 5
    assert version_of(machine)["sources"][0]["date"] is None
    assert status_in(machine, FEED).entries == 1001


# Back-off.


def outcome(status, error, at):
    return polling.after_failure(status, error, at)


def test_a_place_that_keeps_failing_rests_twice_as_long_each_time_up_to_a_week():
    status, rests = SourceStatus(address="x"), []
    for _ in range(14):
        status = polling.after_failure(status, FetchFailed("http 500", "x"), NOW)
        rests.append((status.rests_until - NOW) if status.rests_until else timedelta(0))
    assert rests[:5] == [timedelta(0), timedelta(0), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert rests[-1] == timedelta(days=7)
    assert polling.resting_reason(status, NOW) is not None
    assert polling.resting_reason(status, NOW + timedelta(days=7)) is None
    got = Response(url="x", final_url="x", fetched_at=NOW, media_type="", body=b"x", validators=Validators(etag="e"))
    well = polling.after_answer(status, got, "digest", 3, NOW)
    assert (well.failures, well.rests_until, well.entries, well.validators.etag) == (0, None, 3, "e")


def test_a_host_that_asks_for_time_gets_it():
    status = polling.after_failure(SourceStatus(address="x"), FetchFailed("http 429", "x", wait_s=7200), NOW)
    assert polling.resting_reason(status, NOW + timedelta(seconds=7199)) is not None
    assert polling.resting_reason(status, NOW + timedelta(seconds=7200)) is None


# Lists of feeds.

OPML = b"""<?xml version="1.0"?><opml version="2.0"><body><outline text="News"><outline xmlUrl="http://a.example/feed"/>
<outline xmlUrl="http://a.example/feed"/><outline xmlUrl="javascript:alert(1)"/><outline text="none"/></outline>
<outline type="rss" xmlUrl=" https://b.example/atom?a=1&amp;b=2 "/></body></opml>"""


def test_a_list_of_feeds_is_read_and_written(run, home, tmp_path):
    feeds = parse_opml(OPML, "list")
    assert feeds.addresses == ("http://a.example/feed", "https://b.example/atom?a=1&b=2")
    assert parse_opml(opml("A & <B>", feeds.addresses).encode(), "list") == feeds._replace(left_out=())
    (tmp_path / "feeds.opml").write_bytes(OPML)
    begin(run, home, "--opml", str(tmp_path / "feeds.opml"))
    again = run("sources", "silence", "--opml", tmp_path / "feeds.opml", "--home", home)
    assert "feeds.opml, line 2: an outline without a name: javascript:alert(1) is no web address" in again.err
    written = run("sources", "silence", "--as-opml", "--home", home).out
    assert parse_opml(written.encode(), "list").addresses == feeds.addresses


DIALECTS = [
    (b'<outline type="rss" xmlurl="http://a.example/f"/>', "http://a.example/f"),
    (b'<outline XMLURL="http://a.example/f"/>', "http://a.example/f"),
    (b'<outline xmlUrl="feed://a.example/f"/>', "http://a.example/f"),
    (b'<outline xmlUrl="feed:https://a.example/f"/>', "https://a.example/f"),
    (b'<outline xmlUrl="FEED://https://a.example/f"/>', "https://a.example/f"),
    (b'<outline xmlUrl="http://a.example/f?a=1&b=2"/>', "http://a.example/f?a=1&b=2"),
    (b'<outline text="M\xfcller" xmlUrl="http://a.example/f"/>', "http://a.example/f"),
    (b'<outline text="M\xfcller & S\xf6hne" xmlUrl="http://a.example/f"/>', "http://a.example/f"),
]


WHOLE = '<opml><body><outline text="Café “A”" xmlUrl="http://a.example/f"/></body></opml>'


@pytest.mark.parametrize(
    "body",
    [
        b'\n<?xml version="1.0" encoding="UTF-8"?>' + WHOLE.encode(),
        b'<?xml version="1.0" encoding="ANSI"?>' + WHOLE.encode("cp1252"),
        b'<?xml version="1.0" encoding="latin-1"?>' + WHOLE.encode("cp1252"),
        b'<?xml version="1.0" encoding="utf-16"?>' + WHOLE.encode(),
        WHOLE.replace("é", "&eacute;&nbsp;&").encode(),
        WHOLE.replace("é", "é\x0b").encode(),
        WHOLE.replace("outline", "OUTLINE").replace("opml", "OPML").encode(),
    ],
    ids=["below a line", "no encoding", "not XML's name", "not that", "HTML's entities", "control", "capitals"],
)
def test_a_list_of_feeds_is_read_whatever_its_program_made_of_xml(body):
    assert parse_opml(body, "list") == (("http://a.example/f",), ())


@pytest.mark.parametrize(("outline", "address"), DIALECTS)
def test_lists_of_feeds_are_read_as_readers_really_write_them(outline, address):
    assert parse_opml(b"<opml><body>" + outline + b"</body></opml>", "list") == ((address,), ())


def test_each_line_of_a_list_that_is_not_followed_is_named():
    body = b"""<opml><body><outline text="Folder"><outline text="A" xmlUrl="http://a.example/f"/></outline>
<outline text="B" xmlUrl="ftp://b.example/f"/>
<outline text="C"/></body></opml>"""
    found = parse_opml(body, "list")
    assert found.addresses == ("http://a.example/f",)
    assert found.left_out == (
        "line 2: B: ftp://b.example/f is no web address",
        "line 3: C: it names no feed (xmlUrl)",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no",
        b"<html/>",
        b"<opml>",
        b"\xff\xfe",
        b"<!DOCTYPE o [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    ],
)
def test_what_is_no_list_of_feeds(body):
    with pytest.raises(UsageError):
        parse_opml(body, "list")


def test_a_list_that_cannot_be_used_is_said_so(run, home, tmp_path):
    empty = tmp_path / "empty.opml"
    empty.write_bytes(b"<opml><body/></opml>")
    for file, says in ((empty, "names no feed"), (tmp_path / "none.opml", "cannot be read")):
        ended = run("new", "x", "--title", "X", "--opml", file, "--home", home)
        assert (ended.code, says in ended.err) == (2, True)


def test_places_are_added_and_dropped(run, home, web):
    begin(run, home, "--page", f"{web.base}/a")
    ended = run("sources", "silence", "--search", " quiet   ten ", "--feed", f"{web.base}/f", "--home", home, "--json")
    assert [(s["kind"], s["address"]) for s in ended.json["sources"]][1:] == [
        ("feed", f"{web.base}/f"),
        ("search", "quiet ten"),
    ]
    run("sources", "silence", "--drop", f"{web.base}/a", "--home", home)
    run("sources", "silence", "--page", f"{web.base}/b", "--home", home)
    found = run("sources", "silence", "--home", home, "--json").json["sources"]
    assert [s["address"].rpartition("/")[2] for s in found] == ["f", "quiet ten", "b"]
    ended = run("sources", "silence", "--drop", f"{web.base}/a", "--home", home)
    assert (ended.code, "does not look at" in ended.err) == (2, True)


def test_the_status_names_failing_places_that_are_looked_at_and_no_empty_part(run, home, web):
    begin(run, home, "--page", f"{web.base}/gone", "--page", f"{web.base}/away")
    run("thread", "silence", "--home", home)
    run("sources", "silence", "--drop", f"{web.base}/gone", "--home", home)
    said = run("status", "--home", home).out
    assert [line.split()[1] for line in said.splitlines() if "fails" in line] == [f"{web.base}/away:"]
    assert "batches" not in said
    assert "spent" not in said


# Kinds of feed.

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title></channel><item><title>One</title>
<link>http://a.example/1</link><dc:date>2026-03-02</dc:date><dc:creator>Ada</dc:creator></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>R</title><entry><title>One</title><link href="http://a.example/1"/>
<published>2026-03-02T09:00:00Z</published><author><name>Ada</name></author></entry></feed>"""
JSON = json.dumps({
    "version": "https://jsonfeed.org/version/1.1", "title": "R",
    "items": [{"id": "1", "url": "http://a.example/1", "title": "One", "date_published": "2026-03-02T09:00:00Z", "authors": [{"name": "Ada"}]},
              {"id": "2"}, {"id": "http://a.example/2", "content_html": "<p>x</p>"}],
}).encode()  # fmt: skip


@pytest.mark.parametrize(
    "body", [RDF, ATOM, JSON, b"\xef\xbb\xbf" + JSON], ids=["rdf", "atom", "json", "json with mark"]
)
def test_every_kind_of_feed_gives_title_link_date_and_author(body):
    first = parse_feed(body, "http://a.example/feed").entries[0]
    assert (first.title, first.url, first.published, first.author, first.venue) == (
        "One", "http://a.example/1", "2026-03-02", "Ada", "R",
    )  # fmt: skip


def test_entries_without_an_address_are_counted_and_left_out():
    feed = parse_feed(JSON, "http://a.example/feed")
    assert (len(feed.entries), feed.total) == (2, 3)


def test_relative_addresses_are_made_whole():
    body = (
        b"<rss version='2.0'><channel><title>F</title><item><title>T</title><link>/x?a=1</link></item></channel></rss>"
    )
    assert parse_feed(body, "http://a.example/deep/feed").entries[0].url == "http://a.example/x?a=1"


def test_a_page_names_its_feeds_in_order():
    page = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate" hreflang="de"
    href="/de"><link rel="nofollow alternate" type="application/atom+xml" href="http://b.example/atom"></head></html>"""
    assert named_feeds(page, "http://a.example/blog/") == ("http://a.example/rss", "http://b.example/atom")
    assert named_feeds(b"", "http://a.example/") == ()


@pytest.mark.parametrize(
    "body", [b'{"version": "2"}', b'{"items": []}', b"{", b'{"version": "https://jsonfeed.org/version/1", "items": 3}']
)
def test_json_that_is_no_feed(body):
    with pytest.raises(Unreadable):
        parse_feed(body, "http://a.example/feed")


def test_an_unchanged_feed_is_asked_for_once_and_read_by_nobody(machine, pages, script, monkeypatch):
    feeds = [f"{FEED}{n}" for n in range(20)]
    pages.pages |= dict.fromkeys(feeds, testing.feed(("Silence and sums", ARTICLE)))
    follow(machine, feeds=feeds)
    run_again(machine)
    pages.asked.clear()

    def unread(*_):
        raise AssertionError("a feed was read again")

    monkeypatch.setattr(poll, "parse_feed", unread)
    assert run_again(machine).outcome == "nothing new"
    assert sorted(pages.asked) == sorted(feeds)
    assert script.prompts == ["extract", "page", "support"]


def test_an_edit_fetched_by_a_run_that_was_broken_off_is_read_by_the_next(run, home, web, monkeypatch):
    """The next run is told that nothing has changed: what came before it was killed must not be forgotten."""
    from pipeline.runs import thread

    tags = {"now": "v1"}

    def respond(handler, _):
        if handler.path == "/robots.txt":
            return doubles.HttpAnswer(404, b"")
        if handler.headers.get("If-None-Match") == tags["now"]:
            return doubles.HttpAnswer(304, b"", {"ETag": tags["now"]})
        more = ("The board ended the quiet ten on Friday.",) if tags["now"] == "v2" else ()
        body = doubles.page("Silence and sums", *SILENCE, *more).body
        return doubles.HttpAnswer(200, body, {"Content-Type": "text/html", "ETag": tags["now"]})

    with doubles.serving(respond) as base:
        settings = home / "machine.toml"
        settings.write_text(settings.read_text().replace(web.host, base.partition("://")[2]))
        begin(run, home, "--page", f"{base}/a")
        assert ran(run, home).json["version"] == 1
        tags["now"] = "v2"

        def killed(_run):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(thread, "read", killed)
            assert ran(run, home).code == 130
        assert ran(run, home).json["version"] == 2


def test_a_withdrawn_page_that_is_there_again_is_read_again(machine, pages):
    follow(machine, ARTICLE)
    run_again(machine)
    there = pages.pages[ARTICLE]
    pages.pages[ARTICLE] = FetchFailed("http 410", f"{ARTICLE} answered 410")
    assert run_again(machine).version == 2
    [item] = machine.queries.items("silence")
    assert item.state == "withdrawn"
    pages.pages[ARTICLE] = there
    run_again(machine)
    [item] = machine.queries.items("silence")
    assert item.state == "read"


NO_MORE = {
    "a captcha": testing.article("Just a moment...", "Checking your browser before accessing the site. " * 2),
    "a wall": testing.article(
        "Silence and sums", "Ten minutes of silence raised scores.", "Subscribe to continue reading."
    ),
    "nothing": testing.Served(b""),
    "another kind": testing.Served(b"{}", "application/json"),
}


@pytest.mark.parametrize("name", NO_MORE)
def test_what_was_read_stands_when_its_page_shows_something_else(machine, pages, name):
    follow(machine, ARTICLE)
    run_again(machine)
    pages.pages[ARTICLE] = NO_MORE[name]
    report = run_again(machine)
    assert (report.exit_code, report.outcome, len(report.problems)) == (1, "nothing new", 1)
    [item] = machine.queries.items("silence")
    assert (item.state, item.extent) == ("read", "full text")
    assert run_again(machine).exit_code == 0, "it is told once"
    other = "http://b.example/b"
    pages.pages[other] = testing.article("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    machine.editor.follow("silence", SourceList([other]))
    assert run_again(machine).version == 2
    assert [s["text"] for s in version_of(machine)["narrative"][0]["sentences"]][:3] == list(SILENCE)
