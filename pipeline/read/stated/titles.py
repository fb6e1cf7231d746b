"""What a page's article is called, where that stands on the page, and what its site is called.

A promotion may stand in the first heading, the site's name behind the title: each is told by what the others say.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import html as lxml_html

from pipeline.read.stated.json_ld import Thing, articles_of, by_id, texts
from pipeline.text import one_line

_LONGEST = 400  # characters of a title; measured on 845 hand-noted ones: the longest has 197
_SEPARATOR = re.compile(r"\s+(?:[-–—|·•»«:>/~]|::|\|\|)\s+|\s*[|｜»]\s*|(?<=\w)[:—]\s+|(?<=\S)[-_](?=\D)")
_HEADINGS = ("h1", "h2", "h3")
_MOST_HEADINGS = 200
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?/?")
_NOT_NAMES = frozenset({"home", "homepage", "news", "blog", "startseite", "accueil", "inicio", "undefined", "null"})


class PageTitle(NamedTuple):
    """`heading` is the element that holds the title, where one does; `venue` what the site calls itself."""

    title: str
    venue: str | None
    heading: lxml_html.HtmlElement | None


def page_title(tree: lxml_html.HtmlElement, things: tuple[Thing, ...], url: str) -> PageTitle:
    """The title without the site's name, the site's name, and the heading. Never raises."""
    headings = [(each, one_line(_text(each))) for each in islice(tree.iter(*_HEADINGS), _MOST_HEADINGS)]
    headings = [(each, text) for each, text in headings if text and len(text) <= _LONGEST]
    own, metas = _in_tag(tree), _metas(tree)
    cards = [
        *_said(metas, "og:title"),
        *_headlines(things),
        *_said(metas, "citation_title", "dc.title", "twitter:title"),
    ]
    sites = _site_names(metas, things)
    known = [*sites, *_home_links(tree)]
    texts_of_headings = [each for _, each in headings]
    ranked = [each for each in (*cards[:1], own, *cards[1:]) if each]
    stated = [each for each in (_without_site(title, texts_of_headings, known, url) for title in ranked) if each]
    heading = _heading_of(headings, [*stated, *ranked])
    if heading is not None and _is_like(shown := one_line(_text(heading)), stated[0]):
        title = _without_kicker(shown, stated)
    else:
        title = next((each for each in stated if each and _fold(each) not in _NOT_NAMES), "")
    if not title:
        first = next((pair for pair in headings if pair[0].tag == "h1"), None)
        heading, title = first if first else (None, "")
    return PageTitle(title[:_LONGEST], _venue(sites, title, own, url), heading)


def _text(element: lxml_html.HtmlElement) -> str:
    return " ".join("".join(islice(element.itertext(lxml_html.etree.Element), 200)).split())[: _LONGEST * 2]


def _without_kicker(shown: str, stated: list[str]) -> str:
    """The heading as it is shown, or, where more stands in its element than the title (the topic above it, a line
    below), the title that the page states."""
    heading = _fold(shown)
    for title in stated:
        name = _fold(title)
        if name != heading and len(name) > len(heading) / 3 and (heading.endswith(name) or heading.startswith(name)):
            return title
        if name.startswith(heading) and len(heading) < len(name) / 2:
            return title
    return shown


def _home_links(tree: lxml_html.HtmlElement) -> list[str]:
    """What links to the site's front page say, or their images."""
    links = tree.xpath("//a[@href='/' or @rel='home' or contains(@class, 'logo')]")[:10]
    names = [one_line(_text(link)) or one_line(" ".join(link.xpath(".//img/@alt"))) for link in links]
    return [name for name in names if name and len(name) <= 60]


def _in_tag(tree: lxml_html.HtmlElement) -> str:
    return one_line(str(tree.findtext(".//head/title") or tree.findtext(".//title") or ""))[: _LONGEST * 2]


def _metas(tree: lxml_html.HtmlElement) -> dict[str, str]:
    """What the page's `meta` elements say, the first of each name that says anything."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or "").strip().lower()
        if name and name not in found and (said := one_line(meta.get("content") or "")):
            found[name] = said
    return found


def _said(metas: Mapping[str, str], *names: str) -> list[str]:
    return [metas[name] for name in names if name in metas]


def _headlines(things: tuple[Thing, ...]) -> list[str]:
    return [
        one_line(text)
        for thing in articles_of(things)
        for key in ("headline", "name")
        for text in texts(thing.values.get(key))
    ][:3]


def site_names(tree: lxml_html.HtmlElement, things: tuple[Thing, ...]) -> list[str]:
    """What the site calls itself, the most certain first: cards, the publisher, the journal."""
    return _site_names(_metas(tree), things)


def _site_names(metas: Mapping[str, str], things: tuple[Thing, ...]) -> list[str]:
    names = _said(metas, "citation_journal_title", "og:site_name")
    known = by_id(things)
    for thing in things:
        publisher = thing.values.get("publisher")
        for each in publisher if isinstance(publisher, list) else [publisher]:
            if isinstance(each, dict):
                full = known.get(str(each.get("@id")))
                names += texts(each.get("name")) or (texts(full.values.get("name")) if full else [])
        if "website" in thing.types and not thing.is_other_work:
            names += texts(thing.values.get("name"))
    names += _said(metas, "application-name", "apple-mobile-web-app-title", "dc.publisher")
    return list(dict.fromkeys(one_line(name) for name in names[:50] if one_line(name) and len(name) <= 100))


def _without_site(title: str, headings: list[str], sites: list[str], url: str) -> str:
    """`title` without the site's name before or behind it, as its cards or its address tell the name, or as a heading
    of the page has the title without it."""
    folded = {_fold(each) for each in headings} - {_fold(site) for site in sites}
    cuts = [(each.start(), each.end()) for each in islice(_SEPARATOR.finditer(title), 20)]
    for start, _ in cuts:  # a heading says what the title is: the longest part that one has
        if _fold(title[:start]) in folded and len(title[:start]) > len(title) / 4:
            return title[:start].strip()
    for _, end in reversed(cuts):
        if _fold(title[end:]) in folded and len(title[end:]) > len(title) / 4:
            return title[end:].strip()
    for start, _ in cuts:  # a heading may leave out the topic that the title begins with
        name = _fold(title[:start])
        if any(name.endswith(f" {each}") and len(each) > len(title) / 4 for each in folded):
            return title[:start].strip()
    for start, end in cuts:
        if _is_site(title[end:], sites, url):
            return title[:start].strip()
    for start, end in reversed(cuts):
        if _is_site(title[:start], sites, url):
            return title[end:].strip()
    return title


def _is_site(text: str, sites: list[str], url: str) -> bool:
    """Whether a part of a title is the site's name, with or without its address, its section, its slogan's end."""
    name = _fold(text)
    if not name:
        return False
    if any(name == _fold(site) or _fold(site) == _fold(text.split(" - ")[-1]) for site in sites):
        return True
    host = _host(url)
    squeezed = name.replace(" ", "")
    plain = re.sub(r"^(?:the|der|die|das|le|la|les|il|el|o|a)(?=.{4})", "", squeezed) if " " in name else squeezed
    return len(squeezed) > 2 and any(
        each in (squeezed, plain)
        for each in (
            host,
            host.replace(".", ""),
            host.replace("-", ""),
            *host.split("."),
            host.rpartition(".")[0].replace(".", "").replace("-", ""),
        )
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").lower()
    except ValueError:
        return ""


def _heading_of(headings: list[tuple[lxml_html.HtmlElement, str]], titles: list[str]) -> lxml_html.HtmlElement | None:
    """The heading that says what a title says: the same, or the beginning of it; of several the highest."""
    ranked = sorted(headings, key=lambda pair: pair[0].tag)
    for title in titles:
        for element, text in ranked:
            if _fold(text) == _fold(title):
                return element
    for title in titles[:3]:
        for element, text in ranked:
            if _is_like(text, title):
                return element
    return None


def _is_like(text: str, title: str) -> bool:
    """Whether two are one title: one begins with the other, or they share most of their words."""
    one, other = _fold(text), _fold(title)
    if not one or not other:
        return False
    if min(len(one), len(other)) >= 8 and (one.startswith(other) or other.startswith(one)):
        return True
    words, others = set(one.split()), set(other.split())
    return len(words & others) >= 0.7 * max(len(words), len(others))


def _venue(sites: list[str], title: str, own: str, url: str) -> str | None:
    """The site's name: not a host, and not the article's title."""
    for site in sites:
        if (
            not _HOST.fullmatch(site)
            and _fold(site) not in (_fold(title), _fold(own))
            and _fold(site) not in _NOT_NAMES
        ):
            return site
    for each in reversed(list(islice(_SEPARATOR.finditer(own), 20))):
        name = own[each.end() :].strip()
        if name and _is_site(name, [], url) and not _HOST.fullmatch(name):
            return name
    return None


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())
