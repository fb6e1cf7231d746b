"""Pages that answer 200 and are no article: consent, captcha, block, login and error pages, walls, front pages.

Told by what their markup shows first: marks of an article, links around it, fields for a password, the scripts of known
challenges, schema.org at any depth; words only tell beside it, in many languages, and never one word alone. A page of
an article's length is never one of these, whatever words are in it: an article about captchas is an article.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import html as lxml_html

from pipeline.read.stated.json_ld import Thing, texts
from pipeline.read.stated.wall_words import is_invitation, kind_by_words, speaks_to_the_visitor

_FEW_WORDS = 200
_VERY_FEW_WORDS = 60
_FEW_LINKS = 4
_MOST_OF_THEM = 0.5
_A_THIRD = 1 / 3
_FEWEST_WORDS_DESPITE_A_WALL = 300
_PARAGRAPHS_OF_A_WHOLE = 3  # of a short article that stands whole though it is not free; a wall leaves one or two
_WORDS_OF_A_PARAGRAPH = 12
_WORDS_OF_AN_INVITATION = 60
_HEADLINES_OF_A_FRONT_PAGE = 5

_CHALLENGES = (
    "challenge-platform", "challenge-form", "cf-challenge", "cf_chl", "cf-error", "captcha-delivery", "datadome",
    "px-captcha", "perimeterx", "incapsula", "g-recaptcha", "h-captcha", "hcaptcha", "recaptcha/", "turnstile",
    "distil_", "ddos-guard", "awswaf", "geetest",
)  # fmt: skip
_LOST = re.compile(
    r"(?<![\w-])(?:error-?404|error-page|page-?404|not-?found|notfound|http404|is-404|"
    r"page-not-found)(?![\w-])",
    re.I,
)
_NUMBERED_404 = re.compile(
    r"^\W*(?:(?:http )?(?:error|fehler|erreur|errore|erro|fout|fel|feil|virhe|błąd|chyba|hata|ошибка)\W*)?404\W*"
    r"(?:$|[-–—|:!]|not found|error|fehler|erreur|errore|erro\b|page|seite|página|pagina|nicht|introuvable)",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"(?<![a-z])(?:article|story|post|entry|news|beitrag|artikel|articulo|articolo)(?![a-z])|h-entry|"
    r"hentry|articlebody",
    re.I,
)
_WALL_NAMES = re.compile(
    r"paywall|pay-wall|regwall|register-?wall|reg-?gate|piano-|tp-modal|tp-container|metered|article-gate|"
    r"subscriber-only|"
    r"premium-?(?:content|overlay|teaser|box)|locked-?content|content-?lock|abo-?(?:box|schranke|teaser|layer|wall)|"
    r"offer-?(?:box|page|wall)|plus-?(?:wall|teaser|box)|purchase|paid-?(?:barrier|content)|barrier",
    re.IGNORECASE,
)
_NOT_FREE = frozenset({"false", "no", "0"})


_NAMING = frozenset(("class", "id", "role", "itemprop"))
_LOOKED_AT = ("div", "section", "main", "article", "aside", "p", "nav", "footer", "time", "table", "form")


class PageSigns(NamedTuple):
    """What is known of a page's markup, as far as it tells an article from what is none."""

    is_marked: bool  # as an article, by element, card, schema.org
    is_bare: bool  # nothing around: no menu, no footer, hardly a link, no mark
    asks_password: bool  # and says little else
    is_challenge: bool
    is_lost: bool
    is_not_free: bool
    has_wall: bool  # and is not free
    words_stated: int | None


def signs_of(tree: lxml_html.HtmlElement, things: tuple[Thing, ...]) -> PageSigns:
    """The signs of a page, from its tree with everything in it. Never raises."""
    body = tree.find("body") if tree.find("body") is not None else tree
    cards = {str(each).strip().lower() for each in tree.xpath("//meta[@property='og:type']/@content")}
    names: dict[str, set[str]] = {}
    for element in islice(body.iter(*_LOOKED_AT), 20_000):
        kept = names.setdefault(element.tag, set())
        kept.update([value[:300] for key, value in element.items() if value and key in _NAMING])
    scripts = [str(each)[:300] for each in tree.xpath("//script/@src | //iframe/@src | //form/@action")[:500]]
    named = set().union(*names.values()) if names else set()
    is_marked = bool(
        "article" in cards
        or any(thing.is_article and not thing.is_other_work for thing in things)
        or "articleBody" in named
        or ("article" in names and tree.xpath("boolean(//article[.//p])"))
        or any(_STORY.search(name) for tag in ("div", "section", "main") for name in names.get(tag, ()))
    )
    around = names.keys() & {"nav", "footer", "time", "table"}
    is_bare = not is_marked and not around and body.xpath("count(.//a[@href])") < _FEW_LINKS
    marks = [body.get("class"), body.get("id"), *names.get("main", ()), *body.xpath(".//h1/@class | .//main/*/@class")]
    is_not_free = any(_is_no(thing.values.get("isAccessibleForFree")) for thing in things if not thing.is_other_work)
    return PageSigns(
        is_marked=is_marked,
        is_bare=is_bare,
        asks_password=bool(body.xpath("boolean(.//input[@type='password'])")) and len(_words_of(body)) < _FEW_WORDS,
        is_challenge=_one_of(_CHALLENGES, " ".join((*scripts, *named)).lower()),
        is_lost=any(_LOST.search(str(name)[:300]) for name in marks if name),
        is_not_free=is_not_free,
        has_wall=is_not_free and any(_WALL_NAMES.search(name) for name in named),
        words_stated=_words_stated(things),
    )


def kind_of(page: PageSigns, title: str, text: str) -> str | None:
    """What a page is instead of an article, or None. `text` is what a visitor reads of it."""
    words = len(text.split())
    if words >= _FEW_WORDS:
        return None
    if page.is_challenge and not page.is_marked and words < _VERY_FEW_WORDS:
        return "captcha"
    if page.asks_password and not page.is_marked:
        return "login page"
    kind, telling, sentences = kind_by_words(title, text)
    is_lost = page.is_lost or (_NUMBERED_404.search(title) and not (page.is_marked and sentences > 1 and not telling))
    if is_lost and words < (_VERY_FEW_WORDS if page.is_marked else _FEW_WORDS / 2):
        return "soft 404"
    part = telling / max(1, sentences)
    is_most = part > _MOST_OF_THEM or (part == _MOST_OF_THEM and speaks_to_the_visitor(text))
    if kind and (is_most if page.is_marked else part >= _A_THIRD):
        return "wall" if kind == "login page" and is_invitation(text) else kind
    if page.is_bare:
        kind, telling, sentences = kind_by_words(title, text, loosely=True)
        if telling >= _A_THIRD * max(1, sentences):
            return "wall" if is_invitation(text) else kind or "notice"
    return None


def is_behind_a_wall(page: PageSigns, text: str) -> bool:
    """Whether a text is only the opening of an article that is to be paid for: it ends with an invitation to, and is
    short; or its page says that it is not free, and it is no whole."""
    words = text.split()
    if len(words) >= 2 * _FEW_WORDS:
        return False
    invites = is_invitation(_last_words(text, _WORDS_OF_AN_INVITATION))
    if page.words_stated and len(words) > 0.8 * page.words_stated > 0 and not invites:
        return False
    if invites:
        return True
    if not page.is_not_free or len(words) >= _FEWEST_WORDS_DESPITE_A_WALL:
        return False
    if page.words_stated and len(words) < page.words_stated / 2:
        return True
    whole = [line for line in text.split("\n") if len(line.split()) >= _WORDS_OF_A_PARAGRAPH]
    return len(whole) < _PARAGRAPHS_OF_A_WHOLE or page.has_wall or text.rstrip().endswith(("…", "..."))


def _last_words(text: str, most: int) -> str:
    """The last words of a text, with the ends of its lines."""
    found: list[str] = []
    for line in reversed(text.split("\n")):
        words = line.split()
        found.insert(0, " ".join(words[-most:]))
        most -= len(words)
        if most <= 0:
            break
    return "\n".join(found)


def is_front_page(asked: str, final: str, tree: lxml_html.HtmlElement) -> bool:
    """Whether a site gave its front page in place of the page that was asked for: its answer came from the site's
    root, or calls the root its own address, and shows headlines that lead elsewhere, or calls itself a website.

    A front page that was asked for is none in place of another."""
    if is_root(asked):
        return False
    lists = _links_headlines(tree)
    is_site = "website" in {str(each).strip().lower() for each in tree.xpath("//meta[@property='og:type']/@content")}
    if is_root(final) and _site(asked) == _site(final):
        return True
    if is_root(final):
        return lists or is_site
    own = [
        str(each).strip() for each in tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    ]
    return bool(own) and all(is_root(each) and each.startswith(("http:", "https:")) for each in own) and lists


def _one_of(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


def _words_of(body: lxml_html.HtmlElement) -> list[str]:
    return " ".join(islice(body.xpath(".//text()[not(ancestor::script or ancestor::style)]"), 2000)).split()


def _links_headlines(tree: lxml_html.HtmlElement) -> bool:
    linked = tree.xpath("//h2[.//a[@href]] | //h3[.//a[@href]] | //a[@href][.//h2 or .//h3] | //article[.//a[@href]]")
    return len(linked) >= _HEADLINES_OF_A_FRONT_PAGE


def is_root(url: str) -> bool:
    """Whether an address is that of a site's front page, of its one language or its index file included."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = re.sub(r"/(?:index|home|default|start(?:seite)?)(?:\.\w{2,5})?/?$", "/", parts.path.lower())
    return not parts.query and bool(re.fullmatch(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?", path))


def _site(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""


def _is_no(value: Any) -> bool:  # noqa: ANN401 - JSON
    return value is False or (isinstance(value, str) and value.strip().rpartition("/")[2].lower() in _NOT_FREE)


def _words_stated(things: tuple[Thing, ...]) -> int | None:
    """How many words the article has, as its own metadata counts them."""
    for thing in things:
        if thing.is_article and not thing.is_other_work:
            for text in texts(thing.values.get("wordCount")):
                if text.strip().isdigit() and len(text.strip()) < 7:
                    return int(text)
    return None
