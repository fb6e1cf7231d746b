"""Who wrote what a page holds: its authors by name, in its metadata or its byline.

A reader who comments, the site, an account's default name, an address of mail, an invitation to follow are no authors.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from lxml import html as lxml_html

from pipeline.read.stated.json_ld import Thing, articles_of, by_id, texts
from pipeline.read.stated.page_parts import PageParts, is_named, names_of, words_of
from pipeline.read.stated.titles import site_names
from pipeline.text import one_line

_MOST_AUTHORS = 30
_LONGEST_NAME = 60  # characters; measured on 534 hand-noted authors: the longest name has 44
_LONGEST_BYLINE = 200
_MOST_WORDS = 6
_METAS = (
    "citation_author", "dc.creator", "dc.contributor.author", "dcterms.creator", "author", "parsely-author",
    "sailthru.author", "article:author", "og:author", "og:article:author", "byl", "byline", "cxenseparse:author",
    "rnews:author", "article.author", "creator", "twitter:creator:name", "shareaholic:article_author_name",
)  # fmt: skip
_ACCOUNTS = frozenset(
    [
        "admin",
        "administrator",
        "administrador",
        "administrateur",
        "root",
        "webmaster",
        "user",
        "username",
        "utilisateur",
        "benutzer",
        "guest",
        "gast",
        "invité",
        "editor",
        "author",
        "autor",
        "auteur",
        "autore",
        "redactor",
        "moderator",
        "webredaktion",
        "anonymous",
        "anonym",
        "anonyme",
        "anónimo",
        "unknown",
        "unbekannt",
        "none",
        "null",
        "undefined",
        "n/a",
        "team",
        "test",
        "default",
        "wpadmin",
        "superuser",
        "siteadmin",
        "manager",
        "support",
        "info",
        "contact",
        "kontakt",
        "webteam",
        "publisher",
        "contributor",
        "member",
        "staff",
        "newsroom",
        "gastautor",
        "writer",
        "guest author",
        "guest writer",
        "guest contributor",
        "the author",
        "contact the author",
        "byline",
        "name",
        "nobody",
    ]
)
_PREFIX = re.compile(
    r"^[\W_]*(?:post author(?:\s+by)?|beitrag von|veröffentlicht von|zeige alle beiträge von|"
    r"show all articles of|recipe by|"
    r"autor/in|(?:(?:exclusive|article|story|post|text|words|report|analysis|review|news|photos?|opinion)\s+)?by|"
    r"(?:posted|written|published|reported|submitted|contributed|reviewed)(?:\s+(?:on|"
    r"in)\b.{0,40}?)?\s+by|reporting by|"
    r"(?:ein\s+\w+\s+)?von(?:\s+unsere[mnr]\s+\w+)?|text|autor(?:in|en|es|a|as)?|auteurs?|autore|autori|author|"
    r"authors|écrit par|"
    r"par|publié par|"
    r"propos recueillis par|por|escrito por|texto|di|a cura di|scritto da|testo(?: di)?|door|geschreven door|tekst|"
    r"av|skrevet av|af|skriven av|skrevet af|autorzy|redakcja|napisa[lł]a?|автор(?:ы)?|текст|автор статьи|"
    r"yazan|yazar|"
    r"kirjoittaja|teksti|írta|szerző|de|geschrieben von|erstellt von|verfasst von|interview|gastbeitrag|"
    r"view all posts by|all posts by|(?:read )?more from|(?:read |stories )?more by|more (?:stories|"
    r"articles) (?:by|from)|see all by|posts by|follow|folge|suivez|seguir|sigue a|segui|"
    r"volg|följ|alle (?:artikel|beiträge) (?:von|anzeigen von)|voir tous les articles de|ver todas las entradas de|"
    r"vedi tutti gli articoli di|about(?: the author)?|über(?: den autor| die autorin)?|作者|記者|文|撰文|筆者|"
    r"기자|글)"
    r"(?:\s*[:：／/]\s*|\s+)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:(?:facebook|twitter|linkedin|instagram|flipboard|whatsapp|shares?|e-?mail|rss)\b.*$|"
    r"on (?:twitter|facebook|x|linkedin|instagram|mastodon|bluesky)|auf (?:twitter|facebook|x)|"
    r"(?:wrote|writes|schrieb|schreibt|says|said|a écrit|escribió|ha scritto|skrev|schreef)(?:\s.*)?$|"
    r"\bposted\b.*$|\bpublished\b.*$|\bupdated\b.*$|veröffentlicht.*$|publié.*$|@.*$|"
    r"(?:is|ist|est|es|è|joined|has been|covers|works|writes)\s.*$).*$",
    re.IGNORECASE,
)
_LATER_ROLE = re.compile(
    r"[;|•·]|\s[–—-]\s|\s/\s|\b(?:edited|editing|editor|photographs?|photos?|photographie|fotos?|"
    r"fotografie|illustrations?|"
    r"additional reporting|graphics?|video|translated|übersetz\w*|traduit|traducido|traduzione|"
    r"reporting from)\b(?:\s+by)?\b",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*[,;&+、，]\s*|\s+(?:[Aa]nd|AND|[Uu]nd|UND|[Ee]t|ET|y|e|och|og|en|ja|i|a|и|та|ve|és|és|και|dan|và)\s+"
)
_PLACE = re.compile(r"\s+(?:in|im|aus|à|en|em|a|i|from)\s+[A-ZÄÖÜÀ-Þ][\w'’-]+(?:,? [A-Z][\w'’-]+){0,2}$")
_LAST_WORD = re.compile(r",\s*[^\W\d_]+\W*$")  # behind full names: a place or an agency
_MAIL = re.compile(r"(?<!\S)\S+@\S+\.\S+|\(at\)|\[at\]", re.IGNORECASE)
_HANDLE = re.compile(r"(?:^|\s)@\w+")
_MARKUP = re.compile(r"<[^<>]{0,200}>|https?://|www\.|[{}<>=\[\]]")
_DIGITS = re.compile(r"\d{2,}|\d[.:/]\d|(?:^|\s)\d(?:\s|$)")
_WRITTEN_BY = re.compile(r"\b(?:words|text|story|written|report(?:ing|ed)?) by\s+([^.;|]+)", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)*[\w-]{2,}\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
"""The name of a host; with a single letter before its last dot it is rather an initial ("t.khan")."""
_COMPANY = re.compile(
    r"\b(?:g?mbh|ag|kg|inc|llc|ltd|plc|e\. ?v|s\.a|s\.p\.a|s\.r\.l|b\.v|a/s|oy|sarl|verlag|verein|"
    r"publishing|edition)\b\.?$|"
    r"^(?:copyright|©|bild|bilder|foto|fotos|photos?|images?|illustration|quelle|source)\b",
    re.IGNORECASE,
)
_LABELS = frozenset(
    [
        "posted",
        "published",
        "date",
        "datum",
        "fecha",
        "data",
        "beitrag",
        "kategorie",
        "category",
        "kategorien",
        "categories",
        "tags",
        "uncategorized",
        "share",
        "edit",
        "kommentar",
        "kommentare",
        "comments",
        "teilen",
        "drucken",
        "print",
        "weiter",
        "more",
        "mehr",
        "lesen",
        "autor",
        "author",
        "publiziert",
        "updated",
    ]
)
_ROLES = re.compile(
    r",\s*(?:(?:ph\.?d|m\.?d|jr|sr|ii|iii|dr|prof|mba|rd|esq)\b\.?|[^,]*\b(?:correspondent|reporter|editor|writer|"
    r"columnist|staff|journalist|contributor|redakteur\w*|korrespondent\w*|director|professor|analyst|producer|press|"
    r"political|senior|chief|business|special to)\b[^,]*)",
    re.IGNORECASE,
)
_OF_AN_AUTHOR = re.compile(
    r"aut[h]?or(?!iz)|auteur|autore|(?<![a-z])by-?line|(?<![a-z])writer|writtenby|yazar|skribent|forfatter|"
    r"författare|contributor|"
    r"(?<![a-z])fn(?![a-z])|redakteur",
    re.IGNORECASE,
)
_ABOUT_AN_AUTHOR = re.compile(
    r"bio|descr|about|avatar|image|photo|social|follow|twitter|share|comment|count|box|card__|title|role|"
    r"job|desc",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"/(?:author|autor|auteur|autore|u|user|users|member|profile?|people|person|team|staff|by|"
    r"journalist\w*|redaktion|contributor)s?[/=?]|[?&]author=",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"^\W{0,3}(?:by|von|par|por|di|door|av|af|autor(?:in)?|author|text|写|автор|作者)\b[:\s]", re.IGNORECASE
)


def authors_of(
    tree: lxml_html.HtmlElement,
    things: tuple[Thing, ...],
    url: str,
    venue: str | None = None,
    heading: lxml_html.HtmlElement | None = None,
) -> str | None:
    """The authors by name, given name first, with commas between; None where the page names none. Never raises."""
    parts = PageParts(heading if heading is not None else next(iter(tree.iter("h1")), None))
    known = _Names(_sites(url, venue, *site_names(tree, things)))
    in_metadata = (each(tree, things) for each in (_cited, _of_things, _of_metas))
    for stated in chain(in_metadata, _of_byline(tree, parts)):
        names = known.all_of(stated)
        if names:
            return ", ".join(names[:_MOST_AUTHORS])
    return None


def person_names(text: str, venue: str | None = None) -> tuple[str, ...]:
    """The names in one byline as it is written; none where it names none."""
    return tuple(_Names(_sites("", venue)).all_of([text]))


class _Names:
    def __init__(self, sites: frozenset[str]) -> None:
        self.sites = sites

    def all_of(self, stated: Iterable[str]) -> list[str]:
        found: dict[str, str] = {}
        for text in islice(stated, 100):
            for name in self.split(text):
                found.setdefault(_fold(name), name)
        return list(found.values())

    def split(self, text: str) -> list[str]:
        text = one_line(text)[: _LONGEST_BYLINE * 5]
        if not text or _MARKUP.search(text):
            text = one_line(_MARKUP.sub(" ", text)) if "<" in text else ""
        text = _HANDLE.sub(" ", _MAIL.sub(" ", text))
        for _ in range(3):
            shorter = _PREFIX.sub("", text)
            if shorter == text:
                break
            text = shorter
        text = _TAIL.sub("", text)
        first = _LATER_ROLE.split(text, maxsplit=1)[0]
        if not first and (written := _WRITTEN_BY.search(text)):
            first = written[1]
        first = _ROLES.sub("", first)
        names = [name for part in _AND.split(first) if (name := self.one(part))]
        if len(names) > 1 and _LAST_WORD.search(first) and all(" " in name for name in names[:-1]):
            names.pop()
        return names

    def one(self, text: str) -> str | None:
        name = _PLACE.sub("", _PREFIX.sub("", text + " ").strip(" \t.,:;|/-–—•·*\"'()“”")).strip(" .,:")
        if not 1 < len(name) <= _LONGEST_NAME or len(name.split()) > _MOST_WORDS or _DIGITS.search(name):
            return None
        folded = _fold(name)
        if (
            _HOST.fullmatch(name)
            or _COMPANY.search(name)
            or folded in _LABELS
            or re.fullmatch(r"(?:super ?)?\w*admin\w*|super ?user|no author", folded)
        ):
            return None
        if not folded or folded in _ACCOUNTS or folded in self.sites or folded.replace(" ", "") in self.sites:
            return None
        if name.isupper() and " " in name:
            name = name.title()
        return name


def _sites(url: str, *venues: str | None) -> frozenset[str]:
    """What the site is called, by its own name and by its address."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    names = {host, host.replace("-", ""), host.rpartition(".")[0], *host.split(".")[:-1]}
    for venue in venues:
        name = _fold(venue or "")
        names |= {name, name.replace(" ", ""), name.removeprefix("the ")}
    return frozenset(name for name in names if len(name) > 2)


def _cited(tree: lxml_html.HtmlElement, _: tuple[Thing, ...]) -> list[str]:
    """The authors of a scholarly page, given name first."""
    names = [one_line(name) for name in tree.xpath("//meta[@name='citation_author']/@content")[:_MOST_AUTHORS]]
    return [" ".join(reversed(name.split(", ", 1))) for name in names]


def _of_things(_: lxml_html.HtmlElement, things: tuple[Thing, ...]) -> list[str]:
    known = by_id(things)
    for thing in articles_of(things):
        for key in ("author", "creator"):
            names = list(_person(thing.values.get(key), known))
            if names:
                return names
    return []


def _person(value: Any, known: dict[str, Thing], depth: int = 0) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        for each in value[:_MOST_AUTHORS]:
            if depth < 3:
                yield from _person(each, known, depth + 1)
    elif isinstance(value, str):
        full = known.get(value)
        yield from texts(full.values.get("name")) if full else [value]
    elif isinstance(value, dict):
        full = known.get(str(value.get("@id")))
        names = [name for name in texts(value.get("name")) if name.strip()]
        names = names or (texts(full.values.get("name")) if full else [])
        if not names and isinstance(value.get("familyName"), str):
            names = [f"{value.get('givenName') or ''} {value['familyName']}"]
        kinds = texts(value.get("@type"))
        if any("Organization" in kind or kind in ("WebSite", "Brand") for kind in kinds):
            return
        yield from names


def _of_metas(tree: lxml_html.HtmlElement, _: tuple[Thing, ...]) -> list[str]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = str(meta.get("name") or meta.get("property") or "").strip().lower()
        content = one_line(meta.get("content") or "")
        if name in _METAS and content and "://" not in content and not content.startswith("/"):
            found.setdefault(name, []).append(content)
    return next((found[name] for name in _METAS if name in found), [])


def _of_byline(tree: lxml_html.HtmlElement, parts: PageParts) -> Iterator[list[str]]:
    """The names in the page's byline: links to authors first, then what is marked or named as one, then a line beside
    the heading that begins like one."""
    body = tree.find("body") if tree.find("body") is not None else tree
    links = [
        _name_in(each)
        for each in [each for each in tree.xpath("//*[@rel]") if "author" in each.get("rel").split()][:50]
        if each.tag != "link" and not parts.is_of_another(each) and not _ABOUT_AN_AUTHOR.search(names_of(each))
    ]
    yield links
    marked = [each for each in tree.xpath("//*[@itemprop='author']")[:50] if not parts.is_of_another(each)]
    yield [
        each.get("content")
        or one_line(" ".join(each.xpath(".//*[@itemprop='name']//text()|.//@content")))
        or words_of(each, _LONGEST_BYLINE)
        for each in marked
    ]
    seen = 0
    for element in body.iter(
        "p", "div", "span", "a", "address", "li", "strong", "em", "small", "h4", "h5", "h6", "cite", "dd", "td"
    ):
        if not is_named(_OF_AN_AUTHOR, element) or is_named(_ABOUT_AN_AUTHOR, element) or parts.is_of_another(element):
            continue
        seen += 1
        if seen > 50:
            break
        text = words_of(element, _LONGEST_BYLINE)
        if text and len(text) <= _LONGEST_BYLINE:
            linked = [_name_in(a) for a in element.iter("a") if a is not element]
            profiles = [
                _name_in(a) for a in element.iter("a") if a is not element and _PROFILE.search(str(a.get("href") or ""))
            ]
            inner = profiles or (linked if len(linked) == 1 else [])
            if inner and not any(_MAIL.search(each) for each in inner):
                yield inner
            if not text.endswith(":"):
                yield [text]
    if parts.heading is not None:
        for element in islice(
            parts.heading.xpath("following::*[self::p or self::div or self::span or self::address or self::li]"), 15
        ):
            text = words_of(element, _LONGEST_BYLINE)
            if (
                len(text) <= _LONGEST_BYLINE
                and _STARTS.match(text)
                and not text.rstrip().endswith((".", "!", "?"))
                and not parts.is_of_another(element)
            ):
                yield [text]


def _name_in(link: lxml_html.HtmlElement) -> str:
    return one_line("".join(link.itertext())) or one_line(link.get("title") or "")


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())
