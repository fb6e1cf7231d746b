"""Who wrote a page, what it is called and what its site is called: by name, and nothing else for a name."""

import pytest
from lxml import html as lxml_html

from pipeline.read.stated.bylines import authors_of, person_names
from pipeline.read.stated.json_ld import things_of
from pipeline.read.stated.titles import page_title

PROSE = "The keepers of the lighthouse met and counted the birds that had flown against the glass in the night. " * 3
URL = "https://lantern.example/birds"


def tree_of(body="", head="", title="Birds - The Lantern", after=""):
    return lxml_html.document_fromstring(
        f"<html lang=en><head><title>{title}</title>{head}</head><body>"
        f"<article><h1>Birds</h1>{body}<p>{PROSE}</p></article>{after}</body></html>"
    )


def author(body="", head="", after=""):
    tree = tree_of(body, head, after=after)
    things = things_of(tree)
    called = page_title(tree, things, URL)
    return authors_of(tree, things, URL, called.venue, called.heading)


def ld(text):
    return f'<script type="application/ld+json">{text}</script>'


BYLINES = [
    ("By <a rel=author>Mo Ray</a> and <a rel=author>Lu Fenn</a>", "Mo Ray, Lu Fenn"),
    ("<p class=byline>Reporting by Mo Ray in Skerry; editing by Lu Fenn</p>", "Mo Ray"),
    ("<span class=author-name>Follow Mo Ray on Twitter @moray</span>", "Mo Ray"),
    ("<span class='author vcard'><a href=/author/mo title='x'>View all posts by Mo Ray</a></span>", "Mo Ray"),
    ("<p class=byline>BY MO RAY, STAFF WRITER</p>", "Mo Ray"),
    ("<p class=byline>By Mo Ray | March 3, 2026</p>", "Mo Ray"),
    ("<p class=autor>Von Mo Ray und Lu Fenn</p>", "Mo Ray, Lu Fenn"),
    ("<p>Par Léa Roc et Marc Quai</p>", "Léa Roc, Marc Quai"),
    ("<p class=autore>di Mario Faro e Anna Riva</p>", "Mario Faro, Anna Riva"),
    ("<p class=author>Por María Faro López</p>", "María Faro López"),
    ("<p class=author>Автор: Иван Маяк</p>", "Иван Маяк"),
    ("<div class=author><a href=/u/gull_7>gull_7</a> wrote on 2 March 2026</div>", "gull_7"),
    ("<div class=author>admin</div>", None),
    ("<div class=author>Username</div>", None),
    ("<div class=author>View all posts by</div>", None),
    ("<div class=author>The Lantern</div>", None),
    ("<div class=author>lantern.example</div>", None),
    ("<div class=byline>mo@lantern.example</div>", None),
    ("", None),
    ("<p class=byline>Von unserem Korrespondenten Mo Ray, Skerry</p>", "Mo Ray"),
    ("<p class=writer>文／山田太郎</p>", "山田太郎"),
    ("<p class=yazar>Ayşe Deniz</p>", "Ayşe Deniz"),
    ("<span class=author>Read more from Mo Ray</span>", "Mo Ray"),
    ("<p class=byline>Photographs by Lu Fenn. Words by Mo Ray.</p>", "Mo Ray"),
    ("<span class=author>Guest author</span>", None),
    ("<span class=author>Contact the author</span>", None),
    ("<span class=author>3 min read</span>", None),
    ("<span class=author>March 2, 2026</span>", None),
    ("<p class=byline>By Mo Ray, Lu Fenn</p>", "Mo Ray, Lu Fenn"),
]


@pytest.mark.parametrize(("body", "name"), BYLINES)
def test_the_names_of_a_byline(body, name):
    assert author(body) == name


@pytest.mark.parametrize(
    "after",
    [
        "<div class='reader-voices'><p class=comment-author>gull7</p><p>I agree.</p></div>",
        "<section id=kommentare><span class=author>Leser9</span></section>",
        "<section class=responses><div class=response><span class=author>gull7</span><p>I agree.</p></div></section>",
        "<ol class=commentlist><li><cite class=fn>Bo Quay</cite></li></ol>",
        "<aside class=related><a href=/x>Ships</a> <span class=author>Bo Quay</span></aside>",
    ],
)
def test_whoever_writes_elsewhere_on_the_page_is_not_its_author(after):
    assert author(after=after) is None


@pytest.mark.parametrize(
    ("stated", "name"),
    [("t.khan", "t.khan"), ("J.Smith", "J.Smith"), ("harbour.example", None), ("a.b-news.com", None)],
)
def test_an_initial_before_a_name_is_no_host(stated, name):
    assert author(head=f'<meta name="author" content="{stated}">') == name


def test_metadata_names_all_authors_and_no_organisation():
    one = '{"@graph":[{"@type":"Person","@id":"#m","name":"Mo Ray"},{"@type":"Article","author":[{"@id":"#m"},"Lu Fenn"]}]}'
    assert author(head=ld(one)) == "Mo Ray, Lu Fenn"
    assert author(head=ld('{"@type":"Article","author":{"@type":"Organization","name":"Harbour Press"}}')) is None
    assert author(
        head='<meta name=citation_author content="Ray, Mo"><meta name=citation_author content="Fenn, Lu">'
    ) == ("Mo Ray, Lu Fenn")
    assert author(head='<meta name=author content="admin">', body="<p>By Mo Ray</p>") == "Mo Ray"
    assert author(head=ld('{"@type":"Article","author":{"name":"","givenName":"Mo","familyName":"Ray"}}')) == "Mo Ray"
    assert author(head='<meta property=article:author content="https://a.example/mo">') is None
    assert person_names("<b>Mo</b> Ray") == ("Mo Ray",)


TITLES = [
    ({"title": "Birds - The Lantern"}, "Birds"),
    ({"title": "The Lantern | Birds"}, "Birds"),
    ({"title": "Birds :: lantern.example"}, "Birds"),
    ({"title": "Birds", "head": '<meta property=og:title content="Birds | The Lantern">'}, "Birds"),
]


@pytest.mark.parametrize(("given", "title"), TITLES)
def test_a_title_is_without_its_sites_name(given, title):
    assert page_title(tree_of(**given), (), URL).title == title


def test_a_title_keeps_what_is_its_own():
    for text in ("Birds - and what they cost", "Night 3: the lamp goes out", "To be or not to be | a keeper writes"):
        tree = lxml_html.document_fromstring(
            f"<html><head><title>{text}</title></head><body><p>{PROSE}</p></body></html>"
        )
        assert page_title(tree, (), URL).title == text


def test_the_heading_of_a_promotion_is_not_the_title():
    tree = lxml_html.document_fromstring(
        "<html><head><title>Birds at the glass</title></head><body><div class=promo><h1>Sail with us!</h1></div>"
        f"<article><h2>Birds at the glass</h2><p>{PROSE}</p></article></body></html>"
    )
    found = page_title(tree, (), URL)
    assert (found.title, found.heading.tag) == ("Birds at the glass", "h2")


def test_a_heading_that_is_the_sites_name_is_not_the_title_nor_one_without_its_topic():
    for shown, stated in (
        ("灯台新聞", "灯台の一日 - 灯台新聞"),
        ("What remains?", "Lamp day: What remains? | The Keeper"),
    ):
        head = '<meta property="og:site_name" content="灯台新聞">'
        tree = lxml_html.document_fromstring(
            f"<html><head><title>{stated}</title>{head}</head><body><h1>{shown}</h1><p>{PROSE}</p></body></html>"
        )
        assert page_title(tree, (), URL).title in ("灯台の一日", "What remains?", "Lamp day: What remains?")


def test_a_venue_is_the_sites_name_and_not_the_articles():
    assert (
        page_title(tree_of(head='<meta property=og:site_name content="The Lantern">'), (), URL).venue == "The Lantern"
    )
    assert (
        page_title(tree_of(title="Birds", head='<meta property=og:site_name content="Birds">'), (), URL).venue is None
    )
    assert (
        page_title(tree_of(title="Birds", head='<meta property=og:site_name content="lantern.example">'), (), URL).venue
        is None
    )
