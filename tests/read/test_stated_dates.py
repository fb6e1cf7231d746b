"""A date of publication is one that the page states, and comes with where it stands."""

import gzip
import json
import os
from pathlib import Path

import pytest
from lxml import html as lxml_html

from pipeline.read.stated.dates import StatedDate, in_address, stated_date
from pipeline.read.stated.json_ld import things_of
from pipeline.text.dates import as_date, written_dates

PROSE = "The keepers of the lighthouse met and counted the birds that had flown against the glass in the night. " * 3
LATEST = "2026-11-26"


def page(body="", head="", url="https://lantern.example/birds", lang="en"):
    text = (
        f"<html lang={lang}><head><title>Birds</title>{head}</head><body>"
        f"<article><h1>Birds</h1>{body}<p>{PROSE}</p></article></body></html>"
    )
    tree = lxml_html.document_fromstring(text)
    return stated_date(tree, things_of(tree), url, LATEST, lang)


def ld(text):
    return f'<script type="application/ld+json">{text}</script>'


MANY = "".join(
    f"<div class=visitor><em class=date>{day} March 2019</em><b>Visitor {day}</b><p>{PROSE}</p></div>"
    for day in (2, 9, 14)
)
"""What visitors said, each on a day of its own."""

STATED = [
    ({"head": '<meta property="article:published_time" content="2026-03-05T23:30:00-08:00">'}, "2026-03-05", "metadata"),
    ({"head": '<meta name="citation_publication_date" content="2019/07/02">'}, "2019-07-02", "metadata"),
    ({"head": '<meta name="citation_publication_date" content="2019/07">'}, "2019-07", "metadata"),
    ({"head": '<meta name="DC.date.issued" content="2019">'}, "2019", "metadata"),
    ({"head": '<meta name="date" content="20260305">'}, "2026-03-05", "metadata"),
    ({"head": ld('{"@graph":[{"@type":"WebPage"},{"@type":["NewsArticle"],"datePublished":"2026-03-05"}]}')},
     "2026-03-05", "metadata"),
    ({"head": ld('\n  {"@type":"Article","datePublished":"2026-03-05"}\n')}, "2026-03-05", "metadata"),
    ({"head": ld('{"@type":"WebPage","mainEntity":{"@type":"BlogPosting","datePublished":"2026-3-5T9:00"}}')},
     "2026-03-05", "metadata"),
    ({"head": ld('<!-- {"@type":"Article","headline":"a\nb","datePublished":"2026-03-05",} -->')}, "2026-03-05", "metadata"),
    ({"head": ld('{"@type":"NewsArticle","headline":"say "no"","datePublished":"2026-03-05"}')}, "2026-03-05", "metadata"),
    ({"head": ld('{"@type":"Article","datePublished":"2026-03-05"}') + ld('{"@type":"Arti')}, "2026-03-05", "metadata"),
    ({"body": "<p class=meta><time datetime='2026-03-05T08:00Z'>5 March</time></p>"}, "2026-03-05", "byline"),
    ({"body": "<p>By Mo Ray, 5 March 2026</p>"}, "2026-03-05", "byline"),
    ({"body": "<div class=datum>5. März 2026, 10:30 Uhr</div>", "lang": "de"}, "2026-03-05", "byline"),
    ({"body": "<span class=fecha>5 de marzo de 2026</span>", "lang": "es"}, "2026-03-05", "byline"),
    ({"body": "<p>Publié le 1er mars 2026 à 10h</p>", "lang": "fr"}, "2026-03-01", "byline"),
    ({"body": "<span class=date>5 марта 2026</span>", "lang": "ru"}, "2026-03-05", "byline"),
    ({"body": "<span class=date>2026年3月5日</span>", "lang": "ja"}, "2026-03-05", "byline"),
    ({"body": "<span class=date>05/03/2026</span>", "lang": "it"}, "2026-03-05", "byline"),
    ({"body": "<span class=date>05/03/2026</span>", "lang": "en-US"}, "2026-05-03", "byline"),
    ({"body": "<span class=date>05/03/2026</span>"}, "2026", "byline"),  # nobody says which is the month
    ({"body": "<span class=date>March 2026</span>"}, "2026-03", "byline"),
    ({"body": "<p class=byline>Published 4 March 2026 | Updated 9 March 2026</p>"}, "2026-03-04", "byline"),
    ({"url": "https://lantern.example/2026/03/05/birds"}, "2026-03-05", "address"),
    ({"url": "https://lantern.example/2026/mar/05/birds"}, "2026-03-05", "address"),
    ({"url": "https://lantern.example/2026/03/birds"}, "2026-03", "address"),
    ({"head": '<meta property="article:published_time" content="2026-03-04T23:00:00Z">',
      "body": "<p class=date>5 March 2026</p>"}, "2026-03-05", "byline"),  # the publisher's own day
    ({"head": '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-05">'
      + ld('{"@type":"WebPage","datePublished":"2026-03-05"}')}, "2026-03-05", "metadata"),  # a post, though of a page
    ({"head": '<meta property="article:published_time" content="2024-03-05">',
      "body": "<div class=entry-meta>Mo Ray <span class=updated-on>Updated <time class='entry-date published' "
      "datetime='2026-03-09'>9 March 2026</time></span></div>"}, "2024-03-05", "metadata"),
    ({"body": "<p>By Mo Ray, 5 March 2026</p>" + MANY}, "2026-03-05", "byline"),
    ({"body": "<p class=meta><relative-time datetime='2026-03-05T08:00Z'>3 weeks ago</relative-time></p>"}, "2026-03-05", "byline"),
    ({"body": "<div class='elementor-widget elementor-widget-post-info'><time>5 March 2026</time></div>"}, "2026-03-05", "byline"),
    ({"head": ld('[{"@type":"Article","headline":"Birds","datePublished":"2026-03-05"},'
                 '{"@type":"FAQPage","mainEntity":[{"@type":"Question","name":"Why?"},{"@type":"Question","name":"How?"},'
                 '{"@type":"Question","name":"Who?"}]}]')}, "2026-03-05", "metadata"),
    ({"body": "<p class=date>Updated 14 March 2019</p>"}, "2019-03-14", "update"),
    ({"body": "<p class=meta>Aktualisiert am 14.03.2019</p>", "lang": "de"}, "2019-03-14", "update"),
    ({"body": "<p>Mis à jour le 14 mars 2019</p>", "lang": "fr"}, "2019-03-14", "update"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "date", "source"), STATED)
def test_what_is_stated_is_read_as_precisely_as_it_is_stated(given, date, source):
    assert page(**given) == StatedDate(date, source)


NOT_STATED = [
    {},
    {"body": "<p>The lamp was lit on 14 March 2019, and has burned since.</p>"},
    {"body": f"<p>It began on <time datetime='2019-03-14'>14 March 2019</time>. {PROSE}</p>"},
    {"body": "<table><tr><th>Year<th>Birds<tr><td class=date>14 March 2019<td>40</table>"},
    {"body": "<aside class=related><a href=/x>Ships</a> <time datetime='2019-03-14'>14 March 2019</time></aside>"},
    {"body": "<ul class='more-stories'><li><a href=/x><h3>Ships</h3></a><span class=date>14 March 2019</span></ul>"},
    {
        "body": "<section id=comments><p class=comment-meta>Ole, <time datetime='2019-03-14'>14 March 2019</time></section>"
    },
    {"body": "<div class=kommentare><span class=datum>14. März 2019</span></div>", "lang": "de"},
    {"body": "<p class=copyright>© 2019 The Lantern</p>"},
    {"body": "<p>Updated 14 March 2019</p>", "head": '<meta property="og:type" content="website">'},
    {"body": "<div class=col>Release date:</div><div class=date>14 March 2019</div>"},
    {"body": "<p class=date>3 hours ago</p>"},
    {"head": '<meta property="article:modified_time" content="2019-03-14">'},
    {"head": '<meta property="article:published_time" content="2031-01-01">'},
    {"head": '<meta property="article:published_time" content="1970-01-01T00:00:00Z">'},
    {"head": '<meta property="article:published_time" content="2026-02-30">'},
    {"head": ld('{"@type":"WebPage","datePublished":"2019-03-14"}')},  # when the site's page was made, and not shown
    {"head": ld('{"@type":"Article","comment":[{"@type":"Comment","datePublished":"2019-03-14"}]}')},
    {"head": ld('{"@type":"ItemList","itemListElement":[{"@type":"Article","datePublished":"2019-03-14"}]}')},
    {"body": MANY},
    {"body": "<p class=date>Last reviewed: 14 March 2019</p>"},
    {"body": "<p class=cite-date>Retrieved 14 March 2019</p>"},
    {"body": "<div class=testimonial-author>Mo Ray 14.03.2019</div>"},
    {"head": ld('{"@type":"Product","name":"A lamp"}'), "body": "<p class=date>14 March 2019</p>"},
    {"url": "https://lantern.example/", "body": "<p class=date>14 March 2019</p>"},
    {"url": "https://lantern.example/de/", "body": "<p class=datum>14.3.2019</p>", "lang": "de"},
    {"url": "https://lantern.example/archive/20190399/x"},
    {"url": "https://[lantern"},
]


@pytest.mark.parametrize("given", NOT_STATED)
def test_what_is_not_stated_is_none(given):
    assert page(**given) is None


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("5th of March, 2026", ["2026-03-05"]),
        ("Mar. 5, 2026 – Apr 6 2026", ["2026-03-05", "2026-04-06"]),
        ("2026. március 5.", ["2026-03-05"]),
        ("5 tháng 3, 2026", ["2026-03-05"]),
        ("12.03.26", ["2026-03-12"]),
        ("31 February 2026", []),
        ("at 12.30 on 4/5", []),
    ],
)
def test_written_dates(text, dates):
    assert [each.date for each in written_dates(text, "hu" if "március" in text else "")] == dates


def test_as_date_takes_odd_values():
    assert [as_date(v) for v in (None, 20260305, ["x"], "\ud800", "2026-03-05Z", "")] == [
        None, "2026-03-05", None, None, "2026-03-05", None
    ]  # fmt: skip
    assert in_address("https://a.example/%FF/2026/03/05/") == "2026-03-05"


FOLDER = os.environ.get("INFORMATION_MACHINE_CORPORA")


@pytest.mark.skipif(not FOLDER, reason="INFORMATION_MACHINE_CORPORA names no folder of public test data")
def test_the_dates_that_public_pages_state_are_read():
    """The table has what each page's metadata and its byline or address say where they agree; where they differ or one is
    missing, it was read by hand: the byline's own day, else the metadata's. None where none is stated."""
    extraction = Path(FOLDER or "") / "extraction"
    table = json.loads((Path(__file__).parent / "stated_dates.json").read_text())
    urls = {name: each["url"] for name, each in json.loads((extraction / "ground-truth.json").read_text()).items()}
    right = wrong = invented = 0
    for name, date in table.items():
        full = next(each for each in urls if each.startswith(name))
        tree = lxml_html.document_fromstring(gzip.decompress((extraction / f"html/{full}.html.gz").read_bytes()))
        found = stated_date(tree, things_of(tree), urls[full], LATEST)
        right += bool(date and found and found.date == date)
        wrong += bool(date and not (found and found.date == date))
        invented += bool(found and not date)
    assert right >= 0.82 * (right + wrong)
    assert invented <= 0.08 * len(table)
