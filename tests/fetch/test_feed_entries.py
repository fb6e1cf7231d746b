"""What feeds state, as their generators really write it: nothing lost, nothing invented, everything counted."""

import json
import time

import pytest

from pipeline.errors import Unreadable
from pipeline.fetch.entries import arrival_from, feed_text_of, full_text_of, item_from
from pipeline.fetch.feeds.dates import read_date
from pipeline.fetch.feeds.parse import named_feeds, parse_feed
from pipeline.fetch.feeds.text import is_cut, names, title_text
from pipeline.records.items import Candidate
from tests.read.test_reading import NOW

AT = "https://paper.example/feeds/all.xml"
SPACES = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:media='http://search.yahoo.com/mrss/' "
    "xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0' xmlns:atom='http://www.w3.org/2005/Atom'"
)
WORDS = "The ferry to Osk was late again and nobody at the pier could say why. "


def rss(*items, channel="<title>The Osk Paper</title>"):
    return (
        f"<rss version='2.0' {SPACES}><channel>{channel}{''.join(f'<item>{i}</item>' for i in items)}</channel></rss>"
    )


def atom(*entries, feed="<title>The Osk Paper</title>", attributes=""):
    said = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/' {attributes}>{feed}{said}</feed>"


def jsonfeed(*items, **more):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "The Osk Paper", "items": items, **more})


def read(text, url=AT, **how):
    return parse_feed(text.encode(), url, **how)


def one(text, url=AT, **how):
    (entry,) = read(text, url, **how).entries
    return entry


LINK = "<link>https://paper.example/a</link>"


@pytest.mark.parametrize(
    ("stated", "author"),
    [
        ("<author>mara@paper.example (Mara Lind)</author>", "Mara Lind"),
        ("<author>Mara Lind &lt;mara@paper.example&gt;</author>", "Mara Lind"),
        ("<author>Mara Lind, mara@paper.example</author>", "Mara Lind"),
        ("<author>mara@paper.example</author>", None),
        ("<author>https://paper.example/mara</author>", None),
        ("<dc:creator>&lt;a href='https://paper.example/m'&gt;Mara Lind&lt;/a&gt;</dc:creator>", "Mara Lind"),
        ("<dc:creator><![CDATA[<b>Mara</b> Lind]]></dc:creator>", "Mara Lind"),
        ("<dc:creator>Mara Lind</dc:creator><dc:creator>Jon Vik</dc:creator>", "Mara Lind, Jon Vik"),
        ("<author>desk@paper.example</author><dc:creator>Jon Vik</dc:creator>", "Jon Vik"),
        ("<dc:creator>Mara Lind; Jon Vik</dc:creator>", "Mara Lind, Jon Vik"),
        ("<dc:creator>admin</dc:creator>", None),
        ("<dc:creator><![CDATA[By <a href='/m'>Mara Lind</a>]]></dc:creator>", "Mara Lind"),
        ("<itunes:author>Osk Radio</itunes:author>", "Osk Radio"),
        ("<atom:author><atom:name>Mara Lind</atom:name></atom:author>", "Mara Lind"),
        ("<author>Lind &amp;amp; Daughters</author>", "Lind & Daughters"),
    ],
)
def test_authors_are_people_and_bodies_not_addresses_of_mail_nor_markup(stated, author):
    assert one(rss(LINK + stated)).author == author


def test_every_author_is_named_and_the_feeds_own_where_an_entry_names_none():
    link = "<link href='https://paper.example/a'/>"
    two = "<author><name>Mara Lind</name><email>m@p.example</email></author><author><name>Jon Vik</name></author>"
    feed = "<title>F</title><author><name>Ada Berg</name></author>"
    assert one(atom(link + two, feed=feed)).author == "Mara Lind, Jon Vik"
    assert one(atom(link, feed=feed)).author == "Ada Berg"
    assert one(atom(link + "<author><email>m@p.example</email></author>", feed=feed)).author == "Ada Berg"
    elsewhere = "<source><author><name>Jon Vik</name></author></source>"  # a planet's entry
    assert one(atom(link + elsewhere, feed=feed)).author == "Jon Vik"
    item = {"id": "1", "url": "https://paper.example/a"}
    assert one(jsonfeed(item, authors=[{"name": "Ada Berg"}])).author == "Ada Berg"
    assert names(["Mara Lind", "MARA@paper.example", "Mara Lind"]) == ("Mara Lind",)


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (rss("<link>https://paper.example/the report.html</link>"), "https://paper.example/the%20report.html"),
        (rss("<link>\n  https://paper.example/a\n </link>"), "https://paper.example/a"),
        (rss("<link>https://paper.example/a?b=\"c\"&lt;d></link>"), "https://paper.example/a?b=%22c%22%3Cd%3E"),
        (rss("<link>story</link>"), "https://paper.example/feeds/story"),
        (rss("<link>/story</link>", channel="<link>https://osk.example/news/</link>"), "https://osk.example/story"),
        (rss("<link>story</link>", channel="<link>https://osk.example/news/</link>"), "https://osk.example/news/story"),
        (rss("<link>//cdn.example/a</link>"), "https://cdn.example/a"),
        (rss("<link>..\\a</link>"), "https://paper.example/a"),
        (rss("<atom:link rel='self' href='/x.xml'/><atom:link href='/a'/>"), "https://paper.example/a"),
        (rss("<link>http://counter.example/1</link><feedburner:origLink>https://paper.example/a</feedburner:origLink>"), "https://paper.example/a"),
        (rss("<guid>https://paper.example/a</guid>"), "https://paper.example/a"),
        (rss("<link>https://paper.example/a?x=1&amp;y=2</link>"), "https://paper.example/a?x=1&y=2"),
        (rss("<link>https://paper.example/a?x=1&y=2</link><title>R&D at Osk</title>"), "https://paper.example/a?x=1&y=2"),
        (rss("<link><![CDATA[https://paper.example/a?x=1&y=2]]></link>"), "https://paper.example/a?x=1&y=2"),
        (rss("<link>https://www.google.com/url?rct=j&amp;url=https://paper.example/a&amp;ct=ga</link>"), "https://paper.example/a"),
        (atom("<link href='a'/>", attributes="xml:base='https://osk.example/news/'"), "https://osk.example/news/a"),
        (atom("<link xml:base='sub/' href='a'/>", attributes="xml:base='https://osk.example/news/'"), "https://osk.example/news/sub/a"),
        (atom("<id>https://paper.example/log.html#3 March New Gate</id>"), "https://paper.example/log.html#3%20March%20New%20Gate"),
        (atom("<link rel='alternate' type='application/pdf' href='/a.pdf'/><link type='text/html' href='/a'/>"), "https://paper.example/a"),
        (atom("<link rel='enclosure' href='/a.mp3'/><link href='/a'/>"), "https://paper.example/a"),
        (jsonfeed({"id": 7, "url": None, "external_url": "https://other.example/x"}), "https://other.example/x"),
        (jsonfeed({"id": "7", "url": "/a"}, home_page_url="https://osk.example/"), "https://osk.example/a"),
    ],
)  # fmt: skip
def test_a_link_leads_where_a_browser_would_follow_it(body, address):
    assert one(body).url == address


def test_links_are_relative_to_where_a_feed_moved_and_entries_told_by_the_address_it_goes_by():
    entry = one(rss("<link>three</link>"), "https://new.example/feeds/rss", address="https://old.example/rss")
    assert (entry.url, entry.feed) == ("https://new.example/feeds/three", "https://old.example/rss")


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("Tue, 03 Feb 2026 23:30:00 -0800", "2026-02-03"),
        ("2026-02-03T23:30:00-08:00", "2026-02-03"),
        ("Wed, 04 Feb 2026 00:10:00 +0900", "2026-02-04"),
        ("Tue, 3 Feb 2026 10:00:00 CET", "2026-02-03"),
        ("2026-02-03 10:00:00", "2026-02-03"),
        ("20260203T101500Z", "2026-02-03"),
        ("Feb 3, 2026", "2026-02-03"),
        ("February 3rd, 2026 at 3:04 pm", "2026-02-03"),
        ("Tue Feb  3 10:00:00 2026", "2026-02-03"),
        ("3 février 2026", "2026-02-03"),
        ("3. Februar 2026", "2026-02-03"),
        ("3 de marzo de 2026", "2026-03-03"),
        ("Вт, 03 фев 2026 10:00:00 +0300", "2026-02-03"),
        ("2026年2月3日 10:00", "2026-02-03"),
        ("2026년 2월 3일", "2026-02-03"),
        ("03.02.2026", "2026-02-03"),
        ("2026/02/03", "2026-02-03"),
        ("03 Feb 26 10:00 GMT", "2026-02-03"),
        ("2026-02", "2026-02"),
        ("2026", "2026"),
        ("yesterday", None),
        ("Sat, 31 Feb 2026", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("1970-01-01T00:00:00Z", None),
        ("0000-00-00 00:00:00", None),
        ("1 " * 50_000, None),
    ],
)  # fmt: skip
def test_a_date_is_the_publishers_own_day_as_precise_as_it_is_written(stated, day):
    assert one(rss(f"{LINK}<pubDate>{stated}</pubDate>")).published == day


def test_a_date_of_numbers_is_read_by_the_others_of_its_feed():
    def days(*stated, channel=""):
        items = (f"<link>/{n}</link><pubDate>{each}</pubDate>" for n, each in enumerate(stated))
        return sorted(entry.published for entry in read(rss(*items, channel=channel)).entries)

    assert days("03/02/2026") == ["2026-02-03"]
    assert days("03/02/2026", "03/27/2026") == ["2026-03-02", "2026-03-27"]
    assert days("03/02/2026", channel="<language>en-us</language>") == ["2026-03-02"]
    assert days("27/03/2026", "03/02/2026", channel="<language>en-us</language>") == ["2026-02-03", "2026-03-27"]


def test_a_moment_is_in_utc():
    moment = read_date("Tue, 03 Feb 2026 23:30:00 -0800").moment
    assert moment.isoformat() == "2026-02-04T07:30:00+00:00"
    assert read_date("Tue, 03 Feb 2026").moment is None
    assert one(atom("<link href='/a'/><updated>2026-02-03T10:00:00+02:00</updated>")).updated.hour == 8


@pytest.mark.parametrize(
    ("escaped", "title"),
    [
        ("Lind &amp;amp; Vik &amp;#8217;s pier &amp;lt;closed&amp;gt;", "Lind & Vik ’s pier <closed>"),
        ("a &amp;lt; b and b &amp;gt; c", "a < b and b > c"),
        ("Using &lt;template&gt; in Osk++", "Using <template> in Osk++"),
        ("&lt;b&gt;Late&lt;/b&gt; ferry", "Late ferry"),
        ("Late&lt;br/&gt;ferry", "Late ferry"),
        ("<![CDATA[R&amp;D at <em>Osk</em>]]>", "R&D at Osk"),
        ("Fish &amp; ships", "Fish & ships"),
        ("caf&eacute; &nbsp; Osk", "café Osk"),
        ("What &amp;amp;amp; means", "What &amp; means"),
    ],
)
def test_titles_are_unescaped_once_and_keep_what_is_no_markup(escaped, title):
    feed = read(rss(f"{LINK}<title>{escaped}</title>", channel=f"<title>{escaped}</title>"))
    assert (feed.entries[0].title, feed.venue) == (title, title)


def test_a_title_that_says_it_is_html_has_its_markup_taken_off():
    link = "<link href='/a'/>"
    assert one(atom(f"{link}<title type='html'>A &amp;lt;b&amp;gt; &lt;i&gt;late</title>")).title == "A <b> late"
    xhtml = "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Late <b>ferry</b></div></title>"
    assert one(atom(link + xhtml)).title == "Late ferry"
    assert title_text("<" * 100_000) == "<" * 2_000


def test_odd_fields_of_a_json_feed_are_none_and_an_odd_item_is_counted():
    good = {
        "id": "1",
        "url": "https://paper.example/a",
        "title": "A",
        "date_published": "Tue, 03 Feb 2026 10:00:00 GMT",
    }
    odd = [
        good,
        {"url": "https://paper.example/b", "title": 2026, "authors": None, "author": "Mara Lind", "content_html": 3},
        {"url": "https://paper.example/c", "authors": ["Jon Vik", 4, {"name": 5}], "date_published": 7, "tags": {}},
        {"url": ["x"], "id": {"a": 1}},
        "a string",
        None,
        {"url": "http://[", "title": "x"},
    ]
    feed = read(jsonfeed(*odd))
    assert [(e.url[-1], e.title, e.author, e.published) for e in feed.entries] == [
        ("a", "A", None, "2026-02-03"), ("b", None, "Mara Lind", None), ("c", None, "Jon Vik", None),
    ]  # fmt: skip
    assert feed.in_words == (
        "7 entries, 3 usable, 4 left out: 2 not in a form that can be read, 2 neither an address nor text"
    )
    assert len(feed.left_out) == feed.total - len(feed.entries)


def test_a_json_feed_that_forgets_its_version_is_one_where_it_has_items():
    assert one('{"title": "J", "items": [{"url": "https://paper.example/a"}]}').url == "https://paper.example/a"
    for body in (
        '{"items": [{"name": "x"}]}',
        '{"version": "https://other.example/2", "items": [{"url": "http://a.example"}]}',
        "[]",
        "[1]",
    ):
        with pytest.raises(Unreadable):
            read(body)


def test_lone_surrogates_and_endless_numbers_stop_nothing():
    body = b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"\\ud800","url":"http://a.example/1","title":"a\\ud800b",'
    body += b'"content_html":"<p>\\udfff word</p>","authors":[{"name":"\\ud800"}],"date_published":"\\ud800"},{"url":"http://a.example/\\ud800"}]}'
    feed = parse_feed(body, AT)
    assert (len(feed.entries), len(feed.left_out)) == (2, 0)  # the second has its surrogate written as a question mark
    for entry in feed.entries:
        item = item_from(entry, NOW)
        assert arrival_from(entry, item, NOW).title == item.title
        feed_text_of(entry, NOW)
    for body in (
        b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"1" * 10_000 + b"}]}",
        b"{" + b'"a":[' * 100_000,
    ):
        with pytest.raises(Unreadable):
            parse_feed(body, AT)


@pytest.mark.parametrize(
    "link",
    [
        "http://[",
        "http://[::1",
        "https://a.example:x/",
        "javascript:alert(1)",
        "http://u:p@a.example/",
        "mailto:a@b.example",
        "http://exa℀mple.com/",
    ],
)
def test_a_malformed_link_costs_only_itself(link):
    feed = read(rss(f"<link>{link}</link><title>Bad</title>", LINK))
    assert [e.url for e in feed.entries] == ["https://paper.example/a"]
    assert feed.in_words == "2 entries, 1 usable, 1 left out: neither an address nor text"
    with_text = one(rss(f"<link>{link}</link><description>{WORDS}</description>"))
    assert (with_text.has_page, with_text.url) == (False, AT)
    assert named_feeds(f"<link rel=alternate type='application/rss+xml' href='{link}'>".encode(), AT) == ()
    found = Candidate(
        url="https://paper.example/a", via="feed", title="T", content=f"<p>{WORDS}<a href='{link}'>x</a></p>"
    )
    assert arrival_from(found, item_from(found, NOW), NOW).links == ()


def test_the_charset_of_the_header_is_used_and_no_other_breaks_the_feed():
    text = rss(f"<title>Плотина у Оска снова закрыта</title>{LINK}", channel="<title>Лента</title>")
    body = text.encode("cp1251")
    for charset in ("windows-1251", "WINDOWS-1251", None, "hex", "utf-16", "no-such-thing", "utf-7"):
        feed = parse_feed(body, AT, charset=charset)
        assert (feed.venue, feed.entries[0].title) == ("Лента", "Плотина у Оска снова закрыта"), charset
    assert parse_feed(text.encode(), AT, charset="iso-8859-1").venue == "Лента"
    declared = f"<?xml version='1.0' encoding='koi8-r'?>{text}".encode("koi8-r")
    assert parse_feed(declared, AT).venue == "Лента"
    assert parse_feed(text.encode("utf-16"), AT).venue == "Лента"
    assert parse_feed(text.encode() + b"\xff", AT).venue == "Лента"


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0'?>\n<!-- made here -->\n" + rss(LINK + "<title>A</title>"),
        "<!-- made here -->\n<?xml version='1.0'?>" + rss(LINK + "<title>A</title>"),
        "Warning: something on line 3\n" + rss(LINK + "<title>A</title>"),
        rss(LINK + "<title>A</title>") + "\n<script>count()</script>",
        rss(LINK + "<title>A</title>").replace("version='2.0'", "version=2.0"),
        rss("<guid isPermaLink=true>https://paper.example/a</guid><title>A</title><enclosure url=/a.mp3?b=c/>"),
        rss(LINK + "<title>A\x0b</title>"),
        rss(LINK + "<title>A</title><dc2:x>undeclared</dc2:x>"),
        rss(LINK + "<title>A</title><description>AT&T &nbsp; &bogus; x & y</description>"),
        rss(LINK + "<title>A</title>").removesuffix("</item></channel></rss>"),
        "<!DOCTYPE rss [<!ENTITY who 'A'>]>" + rss(LINK + "<title>&who;</title>"),
    ],
)
def test_common_faults_of_xml_are_repaired(text):
    entry = one(text)
    assert (entry.url, entry.title) == ("https://paper.example/a", "A")


def test_no_entry_is_lost_where_attributes_stand_without_quotes():
    ours = "<rss:guid rss:isPermaLink=true>https://paper.example/{n}</rss:guid><rss:title lang=\"en\" x='y =z'>A</rss:title>"
    items = "".join(f"<rss:item>{ours.format(n=n)}<rss:enclosure url=/{n}.mp3/></rss:item>" for n in range(5))
    found = read(f"<rss rss:version=2.0><rss:channel><rss:title>The Osk Paper</rss:title>{items}</rss:channel></rss>")
    assert [(entry.url, entry.title) for entry in found.entries] == [
        (f"https://paper.example/{n}", "A") for n in range(5)
    ]


def test_an_entity_never_grows_into_much():
    doctype = f"<!DOCTYPE rss [<!ENTITY a '{'x' * 40}'><!ENTITY b '&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>"
    entry = one(doctype + rss(LINK + f"<title>{'&b;' * 100}&c;.</title>"))
    assert "x" not in entry.title
    assert "root" not in entry.title


# Text that stands in the feed.

LONG = f"<p>{WORDS * 20}</p>"


def test_a_whole_text_is_read_without_asking_the_page_and_says_where_it_is_from():
    page = full_text_of(one(rss(f"{LINK}<title>T</title><content:encoded><![CDATA[{LONG}]]></content:encoded>")), NOW)
    assert (page.text_from, page.url, b"ferry to Osk" in page.body) == ("feed", "https://paper.example/a", True)


@pytest.mark.parametrize(
    "end",
    [
        " […]</p>", " [...]</p>", "…</p>", " (…)</p>", "...</p><p><a href='https://paper.example/a'>Continue reading →</a></p>",
        "</p><p><a href='https://paper.example/a?utm_source=rss'>Läs hela texten</a></p>", "</p><p>Weiterlesen</p>",
        "</p><p>The post <a href='https://paper.example/a'>Late</a> appeared first on <a href='https://paper.example'>Osk</a>.</p>",
        "</p><p>Der Beitrag <a href='/a'>Spät</a> erschien zuerst auf <a href='/'>Osk</a>.</p>", "</p><p>続きを読む</p>",
        "… <a href='https://ads.example/x'>(plus)</a></p>", "</p> Lire la suite", "</p><a href='https://paper.example/a'>Leer más</a>",
    ],
)  # fmt: skip
def test_a_cut_text_is_not_the_whole_and_stands_in_where_the_page_gives_none(end):
    found = one(rss(f"{LINK}<title>T</title><content:encoded><![CDATA[<p>{WORDS * 20}{end}]]></content:encoded>"))
    assert full_text_of(found, NOW) is None
    assert feed_text_of(found, NOW).text_from == "feed extract"


@pytest.mark.parametrize(
    "end",
    [
        "</p>",
        " ★ <a href='https://paper.example/a'>★</a></p>",
        "</p><p>See the <a href='https://other.example/'>report</a>.</p>",
        " More is known.</p>",
    ],
)
def test_a_whole_text_is_not_called_cut(end):
    assert not is_cut(f"<p>{WORDS * 20}{end}", "https://paper.example/a")


def test_show_notes_of_an_episode_without_a_page_are_its_text():
    recording = "<enclosure url='https://cdn.example/12.mp3' length='1' type='audio/mpeg'/>"
    notes = f"<content:encoded><![CDATA[{LONG}]]></content:encoded>"
    found = one(rss(f"<title>Episode 12</title>{recording}<guid isPermaLink='false'>osk-12</guid>{notes}"))
    assert (found.url, found.has_page, found.guid) == ("https://cdn.example/12.mp3", False, "osk-12")
    assert full_text_of(found, NOW).text_from == "feed"


def test_a_short_post_without_a_title_is_whole_and_goes_by_its_first_words():
    post = "The engineer says that on 3 March the gate at Osk will be opened and that the ladder for the salmon is built anew."
    found = one(rss(f"<guid>https://social.example/@eng/1</guid><description>&lt;p&gt;{post}&lt;/p&gt;</description>"))
    assert full_text_of(found, NOW) is None  # its page is asked first
    assert feed_text_of(found, NOW).text_from == "feed"
    assert item_from(found, NOW).title == "The engineer says that on 3 March the gate at Osk will …"


def test_a_films_description_stands_in_for_its_page():
    group = f"<media:group><media:title>Pier</media:title><media:description>{WORDS}</media:description></media:group>"
    found = one(atom(f"<title>Pier</title><link href='https://films.example/w?v=1'/>{group}"))
    page = feed_text_of(found, NOW)
    assert (page.text_from, b"ferry" in page.body) == ("feed extract", True)
    assert feed_text_of(one(rss(LINK + "<title>T</title>")), NOW) is None


def test_plain_text_of_a_json_feed_keeps_its_paragraphs_and_its_angle_brackets():
    found = one(jsonfeed({"url": "https://paper.example/a", "content_text": "a < b\n\nsecond"}))
    assert found.content == "<p>a &lt; b</p><p>second</p>"


def test_a_day_that_has_begun_somewhere_is_believed():
    found = Candidate(url="https://paper.example/a", via="feed", published="2026-03-26")
    late = NOW.replace(year=2026, month=3, day=25, hour=20)
    assert item_from(found, late).published == "2026-03-26"
    assert item_from(found, late.replace(hour=1)).published is None


# Hostile.


@pytest.mark.parametrize(
    "text",
    [
        rss(*(f"<title>T {n}</title><link>/{n}</link><guid>{n}</guid>" for n in range(50_000))),
        rss(*("<description>a</description>" for _ in range(50_000))),
        rss(LINK + "<title>" + "&lt;" * 100_000 + "</title>"),
        rss(LINK + "<title>" + "&lt;b " * 100_000 + "</title>"),
        rss(LINK + "<description>" + "&lt;a href=" * 100_000 + "</description>"),
        rss(LINK + "<author>" + "a@" * 100_000 + "</author>"),
        rss(LINK + "<author>a</author>" * 100_000),
        rss("<link>" + "&" * 100_000 + "</link>"),
        rss("<title>" + "<![CDATA[" * 100_000),
        "<rss " + " ".join(f"a{n}" for n in range(60_000)) + ">" + rss(LINK),
        "<?xml " * 100_000 + rss(LINK),
        rss("<link>https://a.example/" + " x" * 100_000 + "</link>"),
        jsonfeed(*({"url": f"https://a.example/{n}"} for n in range(50_000))),
    ],
    ids=range(13),
)
def test_no_feed_takes_long(text):
    began = time.process_time()
    body = text.encode()
    parse_feed(body, AT)
    named_feeds(body, AT)
    assert time.process_time() - began < 25  # two or three on a machine that does nothing else


def test_of_a_feed_without_end_the_first_entries_are_read_and_the_rest_is_counted():
    feed = read(rss(*(f"<link>/{n}</link>" for n in range(10_003))))
    assert feed.in_words == "10003 entries, 10000 usable, 3 left out: behind the first 10000"
