"""The words of a feed's titles, names and texts, out of what the feed wraps them in. Pure, and linear in what it is
given: a tag ends where the next begins."""

import html
import re
from functools import lru_cache

from pipeline.fetch.addresses import canonical, joined
from pipeline.text import one_line

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\b[^<>]*>")
_ANY_TAG = re.compile(r"<(?:/?[A-Za-z!?][^<>]*)>")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_UNPAIRED = frozenset({"br", "img", "wbr", "hr"})
_LONGEST_TITLE = 2_000  # characters


def title_text(markup: str, *, is_html: bool = False) -> str | None:
    """A title as plain text, its entities unescaped once. Where the feed does not say that it is HTML (`is_html`), a
    tag is one only where it is closed: "Using <b> in C++" names it."""
    markup = markup[:_LONGEST_TITLE]
    if "<" in markup:
        markup = _SCRIPT.sub(" ", markup)
        markup = _ANY_TAG.sub("", markup) if is_html else _without_pairs(markup)
    return one_line(html.unescape(markup)) or None


def _without_pairs(markup: str) -> str:
    tags = list(_TAG.finditer(markup))
    opened: dict[str, list[int]] = {}
    taken: set[int] = set()
    for number, tag in enumerate(tags):
        name = tag[2].lower()
        if name in _UNPAIRED:
            taken.add(number)
        elif not tag[1]:
            opened.setdefault(name, []).append(number)
        elif opened.get(name):
            taken |= {opened[name].pop(), number}
    kept, end = [], 0
    for number, tag in enumerate(tags):
        if number in taken:
            kept += [markup[end : tag.start()], " " if tag[2].lower() in _UNPAIRED else ""]
            end = tag.end()
    return "".join((*kept, markup[end:]))


_NO_NAME = re.compile(r"@|^(?:https?:|www\.|mailto:)", re.IGNORECASE)  # in a word
_NOBODY = frozenset(
    {"admin", "administrator", "anonymous", "author", "editor", "guest", "n/a", "nobody", "none", "noreply", "no-reply",
     "null", "root", "system", "unknown", "user", "username", "webmaster"}
)  # fmt: skip
_BY = re.compile(r"^(?:(?:written|posted) )?by\s+", re.IGNORECASE)
_MOST_NAMES = 40
_LONGEST_NAME = 200  # characters


def names(statements: list[str]) -> tuple[str, ...]:
    """The people (or bodies) that a feed names as authors, each once. An address of mail or of a page, markup and the
    name of an account that is nobody's are none: of `a@b.example (Alice Adams)` Alice Adams stays."""
    stated = (name for each in statements[:_MOST_NAMES] for name in _names(each[:_LONGEST_TITLE]))
    return tuple(dict.fromkeys(stated))


@lru_cache(1024)  # most entries of a feed have the same few
def _names(statement: str) -> tuple[str, ...]:
    """The names that one statement holds."""
    return tuple(name for name in re.split(r"\s?;\s?", _name(statement) or "") if name)


def _name(statement: str) -> str | None:
    text = html.unescape(_ANY_TAG.sub(" ", html.unescape(statement)))
    parts = re.split(r"([\s<>()\[\]\"]+)", text)
    named = [part for part in parts if not _NO_NAME.search(part)]
    bare = "".join(named)
    if len(named) < len(parts) or "<" in bare:
        bare = re.sub(r"[<>()\[\]\"]", " ", bare)
    name = _BY.sub("", one_line(bare).strip(" ,;:-|"))
    return name if name and len(name) <= _LONGEST_NAME and name.casefold() not in _NOBODY else None


def as_html(text: str) -> str:
    """Plain text as HTML: what stands between empty lines is a paragraph."""
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block.strip())


def is_html(text: str) -> bool:
    """Whether text that does not say what it is was meant as HTML: it closes a tag, or has one that is never closed."""
    return bool(re.search(r"</[A-Za-z][A-Za-z0-9]*\s*>|<(?:br|p|img|hr)\b[^<>]*>", text))


def words_in(markup: str) -> int:
    """How many words a reader of the markup would see."""
    return len(_ANY_TAG.sub(" ", markup).split())


_TAIL = 3_000  # characters of markup at the end of a text that are looked at
_ELLIPSIS = re.compile(r"(?:[\[(]\s*(?:…|\.{3,})\s*[\])]|…|\.{3})\W*$")
_READ_ON = re.compile(
    r"""\b(?:
    (?:read|continue|keep|see|view)\ (?:\w+\ )?(?:more|reading|on|rest|full|whole|original|article|story|post)
    | more\W*$ | (?:appeared\ first|first\ appeared)\ on | originally\ (?:published|appeared)
    | weiter\s?lesen | mehr\ (?:lesen|erfahren) | erschien\ zuerst
    | lire\ (?:la\ suite|plus|l['’]article) | en\ savoir\ plus | est\ apparu\ en\ premier
    | leer\ (?:más|el\ artículo) | seguir\ leyendo | se\ publicó\ primero
    | le(?:ia|r)\ mais | continue\ (?:a\ ler|lendo) | apareceu\ primeiro
    | continua\ a\ leggere | leggi\ (?:tutto|di\ più|l['’]articolo) | proviene\ da
    | lees\ (?:meer|verder) | verscheen\ eerst | l[æä]e?s\ (?:mere|mer|videre|vidare) | lue\ lisää
    | czytaj\ (?:więcej|dalej|całość) | číst\ (?:dále|více) | tovább\ olvas\w* | citește\ (?:mai|tot)
    | (?:читать|узнать)\ (?:далее|дальше|полностью|больше) | подробнее | читати\ далі | devamını\ oku | διαβάστε
    )
    | 続きを読む | もっと読む | (?:阅读|閱讀|查看)(?:全文|更多|原文) | 계속\ 읽기 | 더\ 보기
    | اقرأ\ المزيد | ادامه\ مطلب | קרא\ עוד | और\ पढ़ें""",
    re.IGNORECASE | re.VERBOSE,
)
_LAST_WORDS = 25  # among which an invitation to read on stands


def is_cut(markup: str, address: str) -> bool:
    """Whether a feed's text is only the beginning of its article: it ends in an ellipsis, in words that invite to read
    on, or in a link in words to the article itself, whatever its language. Taking a whole text for a cut one costs
    asking the page; the other way round costs the article."""
    tail = markup[-_TAIL:]
    links = list(_LINK.finditer(tail))[-3:]
    if any(_leads_on(tail, link, address) for link in links):
        return True
    text = _plain(tail)
    if _ELLIPSIS.search(text[-40:]) or _READ_ON.search(" ".join(text.split()[-_LAST_WORDS:])):
        return True
    before_link = tail[: links[-1].start()] if links and words_in(tail[links[-1].start() :]) <= _LAST_WORDS else ""
    return bool(_ELLIPSIS.search(_plain(before_link)[-40:]))


_LINK = re.compile(r"<a\b([^<>]*)>([^<]*)", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'<>\s]*)", re.IGNORECASE)


def _leads_on(tail: str, link: re.Match[str], address: str) -> bool:
    """Whether a link near the end is called by words and leads to the article itself. A mark (★, #) is no word."""
    if words_in(tail[link.start() :]) > _LAST_WORDS or not re.search(r"[^\W\d_]{2}", link[2]):
        return False
    href = _HREF.search(link[1])
    target = joined(address, html.unescape(href[1])) if href else None
    return bool(target and "#" not in target and canonical(target) == canonical(address))


def _plain(markup: str) -> str:
    return one_line(html.unescape(_ANY_TAG.sub(" ", markup)))
