"""What other programs read: Atom by the rules of RFC 4287, JSON by its schema, a sitemap, links that say what is what."""

import json
import re
from pathlib import Path

import feedparser
import pytest
from lxml import etree
from lxml import html as lxml_html

from pipeline.fetch.feeds.parse import parse_feed
from tests import doubles
from tests.conftest import SILENCE

jsonschema = pytest.importorskip("jsonschema")
ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def site(run, home, thread, web) -> Path:
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + '[site]\nbase_url = "https://pages.example/"\n')
    run("thread", "silence", "--home", home)
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, "The board ended the quiet ten on Friday.")
    assert run("thread", "silence", "--home", home, "--json").json["version"] == 2
    return home / "site"


def assert_atom(text: bytes) -> list[etree._Element]:
    """The rules of RFC 4287 that a validator holds a feed to; gives the entries."""
    tree = etree.fromstring(text)
    assert tree.tag == f"{ATOM}feed"
    entries = tree.findall(f"{ATOM}entry")
    for node in (tree, *entries):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1, name
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", node.findtext(f"{ATOM}id"))
        assert RFC3339.fullmatch(node.findtext(f"{ATOM}updated"))
        alternates = [link for link in node.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert alternates[0].get("href")
    assert tree.find(f"{ATOM}author/{ATOM}name").text
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    moments = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert tree.findtext(f"{ATOM}updated") == moments[0]
    assert [link.get("rel") for link in tree.findall(f"{ATOM}link")].count("self") == 1
    return entries


def test_feeds_keep_the_rules_of_atom_and_two_parsers_read_them(site):
    for place in ("feed.xml", "threads/silence/feed.xml"):
        text = (site / place).read_bytes()
        entries = assert_atom(text)
        assert len(entries) == 2
        read = feedparser.parse(text)
        assert not read.bozo
        assert len(read.entries) == 2
        assert len(parse_feed(text, "https://pages.example/feed.xml").entries) == 2
        newest = entries[0]
        assert newest.find(f"{ATOM}link").get("href") == "https://pages.example/threads/silence/v2/index.html"
        assert "ended the quiet ten on Friday" in newest.findtext(f"{ATOM}content")


def test_an_entry_keeps_its_id_for_ever(run, home, site, web):
    before = [entry.findtext(f"{ATOM}id") for entry in assert_atom((site / "feed.xml").read_bytes())]
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("pages.example", "elsewhere.example"))
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, "It was the third of its kind, the clerk counted.")
    run("thread", "silence", "--home", home)
    after = [entry.findtext(f"{ATOM}id") for entry in assert_atom((home / "site/feed.xml").read_bytes())]
    assert after[1:] == before


def test_every_json_page_fits_its_schema(site):
    for kind, pattern in (("version-1", "threads/**/index.json"), ("item-1", "items/*/index.json")):
        schema = json.loads((site / f"schema/{kind}.json").read_text())
        checker = jsonschema.Draft202012Validator(schema)
        checker.check_schema(schema)
        files = sorted(site.glob(pattern))
        assert files
        for file in files:
            page = json.loads(file.read_text())
            assert [error.message for error in checker.iter_errors(page)] == [], file
            assert page["schema"].endswith("/1")
            wrong = {**page, "schema": "information-machine/other/1"}
            assert list(checker.iter_errors(wrong))


def test_pages_say_what_they_are_and_where(site):
    tree = lxml_html.document_fromstring((site / "threads/silence/index.html").read_bytes())
    assert tree.xpath("//link[@rel='canonical']/@href") == ["https://pages.example/threads/silence/"]
    assert tree.xpath("//meta[@property='og:url']/@content") == ["https://pages.example/threads/silence/"]
    assert tree.xpath("//meta[@property='og:type']/@content") == ["article"]
    assert tree.xpath("//meta[@property='og:site_name']/@content") == ["The Information Machine"]
    assert tree.xpath("//meta[@property='article:modified_time']/@content")
    assert (site / "threads/silence" / tree.xpath("//link[@rel='icon']/@href")[0]).resolve().is_file()
    assert tree.xpath("//meta[@property='og:title']/@content")[0]
    brief = json.loads((site / "threads/silence/index.json").read_text())["in_brief"]
    assert tree.xpath("//meta[@name='description']/@content") == [brief[0]["text"]]
    assert tree.xpath("//article/@itemtype") == ["https://schema.org/Article"]
    said = ["headline", "inLanguage", "version", "publisher", "name", "dateModified", "abstract"]
    assert tree.xpath("//*[@itemprop]/@itemprop") == said
    feeds = tree.xpath("//link[@type='application/atom+xml']/@href")
    assert feeds == ["../../feed.xml", "feed.xml"]
    old = lxml_html.document_fromstring((site / "threads/silence/v1/index.html").read_bytes())
    assert old.xpath("//link[@rel='canonical']/@href") == ["https://pages.example/threads/silence/v1/"]


def test_the_sitemap_names_every_page_once(site):
    tree = etree.fromstring((site / "sitemap.xml").read_bytes())
    places = tree.xpath("//*[local-name()='loc']/text()")
    assert len(set(places)) == len(places)
    assert "https://pages.example/threads/silence/" in places
    for place in places:
        assert (site / place.removeprefix("https://pages.example/") / "index.html").is_file(), place


def test_an_address_that_leads_nowhere_has_a_page_whose_links_hold_wherever_it_is_shown(site):
    tree = lxml_html.document_fromstring((site / "404.html").read_bytes())
    assert tree.xpath("//h1")[0].text == "There is nothing at this address"
    links = [link for _, _, link, _ in tree.iterlinks() if not link.startswith("#")]
    assert len(links) > 6
    for link in links:
        host, _, path = link.partition("pages.example/")
        assert host == "https://"
        assert not path or (site / path).is_file(), link


def test_a_site_without_an_address_has_no_sitemap_and_feeds_that_lead_to_its_pages(run, home, thread):
    run("thread", "silence", "--home", home)
    site = home / "site"
    assert not (site / "sitemap.xml").exists()
    for place in ("feed.xml", "threads/silence/feed.xml"):
        [entry] = assert_atom((site / place).read_bytes())
        assert ((site / place).parent / entry.find(f"{ATOM}link").get("href")).resolve().is_file()


def test_what_xml_cannot_hold_is_left_out_of_a_feed(run, home, thread, model):
    def bad(body):
        found = doubles.honest(body)
        if doubles.form_name(body) == "page":
            found["title"] = "Silence \x01\x0b<b>&amp;</b> ]]> \ufffe"
        return found

    model.answer = bad
    run("thread", "silence", "--home", home)
    [entry] = assert_atom((home / "site/feed.xml").read_bytes())
    assert "<b>&amp;</b> ]]>" in entry.findtext(f"{ATOM}title")
