"""Small pages, feeds and PDFs that programs of this kind were seen to fail on, where their folder is on the machine: all
are sources of one home, which is run by command, and `items` and `item` show of each what its tables say is right."""

import io
import json
import re
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest
import typer

from pipeline import testing
from pipeline.cli import app as commands
from pipeline.cli import main as cli
from pipeline.publish import search_index as search
from tests import doubles
from tests.conftest import write_settings
from tests.corpora.cases import CASES, case, page, paragraphs, where_they_are, words, written_out

pytestmark = where_they_are
IN_RUNS_OF_THEIR_OWN = {
    "p03-front-page-in-place-of-article.txt",
    "p11-two-articles-of-one-outlet.txt",
    "f11-rss-correction.xml",
}
"""What `test_cases_in_runs` tries."""
SITE = "https://site.example.org"


# The home.


class Served(dict):
    """Pages; what was not put here is an article that says nothing of itself."""

    def get(self, path, default=None):
        if path in self or path == "/robots.txt":
            return super().get(path, default)
        return html(f"<html><body><article><p>{words(60, f'the weir {path}')}</p></article></body></html>")


def html(text, status=200, **headers):
    return doubles.HttpAnswer(status, text.encode(), {"Content-Type": "text/html; charset=utf-8", **headers})


def put_pages(web):
    """Puts the pages and PDFs; gives their paths."""
    paths = []
    for file in sorted([*(CASES / "pages").glob("*.html"), *(CASES / "pdf").iterdir()]):
        pdf = doubles.HttpAnswer(200, file.read_bytes(), {"Content-Type": "application/pdf"})
        web.pages[f"/{file.name}"] = pdf if file.suffix == ".pdf" else html(written_out(f"pages/{file.name}"))
        paths.append(f"/{file.name}")
    for number, byline in enumerate(bylines()):
        web.pages[f"/byline{number}"] = html(
            f"<article><h1>Weir</h1>{byline}<p>{words(80, f'gate {number}')}</p></article>"
        )
        paths.append(f"/byline{number}")
    return [*paths, *case("pages/p10-addresses.txt").split()]


def bylines():
    """The bylines of their table, as markup."""
    stated = [line.partition("->")[0].strip() for line in case("pages/p15-bylines.txt").splitlines()]
    stated[4] = "<div class='reader-voices'><p class=comment-author>reader0</p><p>I do not believe it.</p></div>"
    by_poster = stated[5].removeprefix("forum: ").removesuffix(" …")
    stated[5] = f"<div class=post>{by_poster}<div class=content><p>{words(20, 'the ladder')}</p></div></div>" * 2
    return stated


def put_feeds(web, site):
    """Puts the feeds and the pages they lead to; gives their paths."""
    for file in sorted((CASES / "feeds").iterdir()):
        if file.name in IN_RUNS_OF_THEIR_OWN:
            continue
        written, kind = written_out(f"feeds/{file.name}", web.host.partition(":")[2]), "application/rss+xml"
        of_site = site.base if file.stem == "relative-atom" else f"{web.base}/of/{file.stem}"
        body = written.replace(SITE, of_site).replace("https://other.example.org", f"{web.base}/other").encode()
        if file.stem.startswith("f08"):  # as the server sends it
            kind, body = re.search(r"Content-Type: (.*?) ;", written)[1], written.partition("\n")[2].encode("cp1251")
        if file.stem.startswith("f10"):  # not a feed but what one leads to
            web.pages["/alert"] = html(written)
            body = testing.feed(("Alert", f"{web.base}/alert")).body
        web.pages[f"/feeds/{file.name}"] = doubles.HttpAnswer(200, body, {"Content-Type": kind})
    paths = [path for path in web.pages if path.startswith("/feeds/")]
    moved = "/feeds/f01-redirected-feed.xml"
    web.pages["/moved/feed.xml"], web.pages[moved] = web.pages[moved], html("", 301, Location="/moved/feed.xml")
    web.pages["/e12.mp3"] = doubles.HttpAnswer(200, b"ID3", {"Content-Type": "audio/mpeg"})
    web.pages["/answers-403"] = html("no", 403)
    web.pages["/script-only"] = web.pages["/@eng/1"] = html("<html><body><div id=root></div></body></html>")
    return paths


def command(*said):
    """A command, in this process; what it printed."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(io.StringIO()):
        patched.setattr(sys, "argv", ["run.py", *map(str, said)])
        patched.setattr(cli, "app", typer.main.get_command(commands.app))
        patched.setattr(search, "index", lambda _site: True)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert ended.value.code in (None, 0, 1), out.getvalue()  # 1: some pages are no articles
    return out.getvalue()


class Shown:
    """What `items`, `item` and `sources` show of the home, by the path of an item's address."""

    def __init__(self, home, base):
        self._home = home
        self.found = [each for slug in ("pages", "feeds") for each in self.json("items", slug)["items"]]
        self.items = {each["url"].removeprefix(base): each for each in self.found}

    def json(self, *said):
        return json.loads(command(*said, "--json", "--home", self._home))

    def page(self, path):
        return self.json("item", self.items[path]["id"])

    def text(self, path):
        return command("item", self.items[path]["id"], "--text", "--home", self._home).strip()

    def of(self, feed, path="a"):
        """What became of an entry of a feed."""
        return self.items[f"/of/{feed}/{path}"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    home = tmp_path_factory.mktemp("cases") / "home"
    home.mkdir()
    with doubles.web_server() as web, doubles.web_server() as site, doubles.model_server() as model:
        web.pages, site.pages = Served(), Served()
        write_settings(home, web, model)
        settings = (home / "machine.toml").read_text()
        (home / "machine.toml").write_text(settings.replace(f'"{web.host}"', f'"{web.host}", "{site.host}"'))
        for slug, option, paths in (("pages", "--page", put_pages(web)), ("feeds", "--feed", put_feeds(web, site))):
            sources = [word for path in paths for word in (option, f"{web.base}{path}")]
            command("new", slug, "--title", slug, *sources, "--home", home)
            command("thread", slug, "--home", home)
        yield Shown(home, web.base)


# Pages.

WHOLE = ("01", "02", "03", "04", "06b", "07", "08", "09", "10", "11b", "13", "17", "22", "23", "24", "p01", "poison")
NO_ARTICLES = ("30", "31", "34", "36", "37", "p02", "p14")
UNDATED = ("07", "08", "17", "p01")


@pytest.mark.parametrize("start", WHOLE)
def test_the_whole_article_is_read(shown, start):
    name = page(start)
    read = shown.text(f"/{name}").splitlines()
    assert [each for each in paragraphs(name) if each not in read] == []
    assert shown.items[f"/{name}"]["evidence"] == "full text"


@pytest.mark.parametrize("start", NO_ARTICLES)
def test_what_stands_in_an_articles_place_is_none(shown, start):
    path = f"/{page(start)}"
    assert (shown.items[path]["evidence"], shown.items[path]["number"]) == ("title only", None)
    assert shown.page(path)["claims"] == {}


@pytest.mark.parametrize("start", UNDATED)
def test_what_states_no_date_has_none(shown, start):
    assert shown.items[f"/{page(start)}"]["published"] is None


def test_a_subheading_stands_between_its_paragraphs(shown):
    assert "\nWho pays for the weir?\n" in shown.text(f"/{page('13')}")


def test_a_step_that_is_hidden_is_read_or_said_to_be_missing(shown):
    missing = set(paragraphs(page("15"))) - set(shown.text(f"/{page('15')}").splitlines())
    assert not missing or shown.items[f"/{page('15')}"]["evidence"] == "part"


def test_german_that_nobody_states_is_german_and_its_points_end_no_sentence(shown):
    item = shown.page(f"/{page('10')}")
    assert item["language"] == "de"
    assert [claim["statement"] for claim in item["claims"].values()] == [
        "Der Rat hat am Montag über das alte Wehr gesprochen, das an drei Stellen undicht ist.",
        "Am Freitag, 19. November, wird im 2. Stock des Rathauses abgestimmt.",
        "Gemäß § 910 Abs. 1 ist das erlaubt.",
    ]


def test_a_promotion_is_no_title(shown):
    assert shown.items[f"/{page('11b')}"]["title"] == "Council puts off the vote on the weir"


def test_a_forums_posts_are_their_posters(shown):
    posts = shown.page(f"/{page('p05')}")["posts"]
    assert [(post["author"], post["time"]) for post in posts] == [
        ("river_ann", "2026-03-02"),
        ("millstone", "2026-03-02"),
    ]


def test_what_a_page_states_of_its_article_is_text(shown):
    assert shown.text(f"/{page('p06')}") == words(320, "p06-json-ld 1")
    assert shown.items[f"/{page('p06')}"]["published"] == "2026-03-02"


def test_addresses_that_differ_in_what_matters_are_items_of_their_own(shown):
    named = case("pages/p10-addresses.txt").split()
    there = [each["id"] for each in shown.found if re.search(r"/(?:story|doc|hearing|app)[?#]", each["url"])]
    assert len(set(there)) == len(named) == 8
    assert [path for path in named if "session" not in path and path not in shown.items] == []  # it is not printed


def test_bylines(shown):
    right = ["Jane Roe, John Doe", "Ann Smith", "Jane Roe", None, None, "river_ann"]
    assert [shown.items[f"/byline{number}"]["author"] for number in range(6)] == right


# PDFs.


def test_no_line_of_a_pdf_is_taken_for_a_page_number(shown):
    text = shown.text("/number-lines.pdf")
    for end in ("by September 21, 2020.", "last year was 1 200.", "between the civil engineers and the council"):
        assert end in text


def test_a_pdfs_headings_are_paragraphs(shown):
    assert {"1. Introduction", "2. Methods"} <= set(shown.text("/headings.pdf").splitlines())


def test_running_heads_are_dropped_and_cut_no_sentence(shown):
    text = shown.text("/running-heads.pdf")
    assert not re.search(r"REPORT TO|Harrow, 3 May|PROPOSALS|Page \d", text)
    assert text.count("not answered them so far, and The engineers found") == 3


# Feeds.

AUTHORS = {
    "author-email/a": "Alice Adams",
    "rss-author-email/a": "Alice Adams",
    "rss-author-email/b": None,
    "creator-html/a": "Alice Adams",
    "two-authors/a": "Alice Adams, Bob Brown",
    "feed-author/a": "Alice Adams",
    "json-author_string/b": "Alice Adams",
    "json-authors_strings/b": "Alice Adams",
    "json-authors_null/b": None,
}


@pytest.mark.parametrize("entry", AUTHORS)
def test_authors(shown, entry):
    assert shown.of(*entry.split("/"))["author"] == AUTHORS[entry]


@pytest.mark.parametrize(
    "path",
    [
        "/of/space-in-link/my%20report.html",
        "/of/space-in-id/now.html#2026-01-06%20New%20Logo",
        "/moved/three",  # f01: against where the feed went
        "/of/feedburner/a",  # the original
        "/other/x",  # json-external
    ],
)
def test_a_link_leads_where_a_browser_would_follow_it(shown, path):
    item = shown.items[path]
    assert (item["state"], item["text_from"], item["evidence"]) == ("read", "page", "full text")


def test_a_link_is_relative_to_its_site(shown):
    [item] = (each for each in shown.found if each["url"].endswith("/2026/a.html"))
    [feed] = (
        each["address"] for each in shown.json("sources", "feeds")["sources"] if "relative-atom" in each["address"]
    )
    assert item["url"].partition("/2026")[0] != feed.partition("/feeds")[0]
    assert (item["title"], item["state"], item["evidence"]) == ("A", "read", "full text")


@pytest.mark.parametrize("entry", "abcdef")
def test_every_date_is_read_and_the_publishers_own_day_kept(shown, entry):
    item = shown.of("bad-date", entry)
    assert (item["published"], item["date_from"]) == ("2026-02-03", "feed")


def test_titles_are_unescaped_once(shown):
    titles = [shown.of("html-entities", entry)["title"] for entry in "abc"]
    assert titles == ["AT&T ’s bid <rejected>", "x < y and y > z", "Using <b> in C++"]
    assert {shown.of("html-entities", entry)["venue"] for entry in "abc"} == {"J&K"}


ODD = ("author_string", "authors_null", "authors_strings", "external", "rfc822", "title_number")


@pytest.mark.parametrize("kind", ODD)
def test_one_odd_field_costs_a_json_feed_nothing_else(shown, kind):
    [source] = (each for each in shown.json("sources", "feeds")["sources"] if f"json-{kind}" in each["address"])
    assert source["taken"] == "2 entries, 2 usable"
    assert shown.of(f"json-{kind}", "ok")["title"] == "OK"
    odd = shown.items["/other/x"] if kind == "external" else shown.of(f"json-{kind}", "b")
    assert (odd["state"], odd["evidence"], odd["title"] == "B") == ("read", "full text", kind != "title_number")
    assert odd["published"] == ("2026-02-03" if kind == "rfc822" else None)


def test_a_json_feed_that_names_no_version_is_read(shown):
    assert shown.of("json-noversion")["title"] == "A"


@pytest.mark.parametrize(
    ("path", "evidence", "text_from", "says"),
    [
        ("/e12.mp3", "full text", "feed", words(300, "f02-podcast 1")),
        ("/answers-403", "part", "feed extract", words(120, "f03-feed-has-text-page-has-not 1")),
        ("/script-only", "full text", "feed", words(320, "f03-feed-has-text-page-has-not 2")),
        (
            "/@eng/1",
            "full text",
            "feed",
            "The county engineer confirms it: on 3 March the Harrow weir gate will be opened",
        ),
        ("/changelog#n0", "full text", "feed", words(220, "f19-one-page-many-entries 1")),
        ("/changelog#n1", "full text", "feed", words(220, "f19-one-page-many-entries 2")),
        ("/a", "full text", "page", words(60, "the weir /a")),  # f13: what the feed has of it is cut
        ("/alert", "full text", "page", words(60, "the weir /real2")),  # f10: behind the page that redirects
    ],
)
def test_a_text_is_the_feeds_where_the_page_gives_none_and_the_item_says_whose_it_is(
    shown, path, evidence, text_from, says
):
    item = shown.items[path]
    assert (item["state"], item["evidence"], item["text_from"]) == ("read", evidence, text_from)
    assert shown.text(path).startswith(says)


def test_the_characters_are_those_that_the_header_names(shown):
    assert (shown.items["/p1"]["title"], shown.items["/p1"]["venue"]) == ("Плотина у Харроу", "Лента")


FROM = {"f01-", "f02-", "f03-", "f05-", "f08-", "f10-", "f13-", "f19-"}


def test_every_case_is_tried():
    """Where a file was added since, this is skipped, and says which has no test yet."""
    tried = {page(start) for start in {*WHOLE, *NO_ARTICLES, *UNDATED, "15", "p05", "p06"}} | IN_RUNS_OF_THEIR_OWN
    tried |= {"p10-addresses.txt", "p15-bylines.txt", "headings.pdf", "number-lines.pdf", "running-heads.pdf"}
    stems = {entry.partition("/")[0] for entry in AUTHORS} | {"space-in-link", "space-in-id", "feedburner"}
    stems |= {"relative-atom", "bad-date", "html-entities", *(f"json-{kind}" for kind in (*ODD, "noversion"))}
    files = [file for folder in ("pages", "pdf", "feeds") for file in (CASES / folder).iterdir()]
    more = {file.name for file in files if file.stem not in stems and file.name[:4] not in FROM} - tried
    if more:
        pytest.skip(f"no test says what is right for {', '.join(sorted(more))}")
