"""Web addresses: what counts as one, where a link leads, and when two spellings are the same page.

Nothing here raises for a malformed address, but for `checked_address`.
"""

import re
from collections.abc import Iterable, Set
from urllib.parse import SplitResult, parse_qs, quote, urljoin, urlsplit, urlunsplit

from pipeline.errors import UsageError
from pipeline.text import short_hash


def checked_address(url: str) -> str:
    """`url` if it is a usable http(s) address. Raises UsageError otherwise."""
    problem = _problem(url)
    if problem:
        raise UsageError(f"{url!r} is no web address ({problem}): write it as https://host/path")
    return url


def is_address(url: str) -> bool:
    """Whether `url` may be fetched and linked to: http or https, a host, nothing hidden in it."""
    return bool(_ORDINARY.fullmatch(url)) or _problem(url) is None


_HOST = r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_ORDINARY = re.compile(_HOST + r"(?:[/?#][!-\[\]-~]*)?")
"""Addresses that need no closer look: no port, no user, nothing but printable ASCII."""
_FOLLOWED = re.compile(_HOST + r"(?:[/?#][!#-;=?-\[\]-~]*)?")
"""Those of them that a browser follows as they are written."""


def _problem(url: str) -> str | None:
    if " " in url or "\\" in url or not url.isprintable():
        return "it holds white space, a backslash or a control character"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https"):
        return "only http and https are fetched"
    if not parts.hostname or port == 0:
        return "it names no host"
    if parts.username or parts.password:
        return "it carries a user name or password: these belong in the environment, see [sources] in docs/settings.md"
    return None


_UNSENT = re.compile(r"[\t\n\r]+")  # what a browser takes out of a link wherever it stands
_UNWRITTEN = re.compile(r"""[^\S\t\n\r]|["<>]""")  # what a browser writes as %20, %22, ...
_LONGEST_LINK = 8_000  # characters: what servers take at most


def joined(base: str, link: str) -> str | None:
    """Where `link` leads from `base`, as a browser would follow it: white space at its ends and line breaks within are
    passed over, spaces are written as %20, and a backslash is a slash. None where it leads to no usable address."""
    if len(link) <= _LONGEST_LINK and _FOLLOWED.fullmatch(link):
        return link
    link = _UNSENT.sub("", link.strip())
    if not link or len(link) > _LONGEST_LINK:
        return None
    path, mark, rest = re.split(r"([?#]|$)", link, maxsplit=1)
    link = _UNWRITTEN.sub(lambda c: quote(c[0]), path.replace("\\", "/") + mark + rest)
    if _ORDINARY.fullmatch(link):
        return link
    try:
        address = urljoin(base, link)
    except ValueError:
        return None
    return address if is_address(address) else None


_ARXIV = re.compile(
    r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5}))"
    r"(?:v\d+)?(?:\.pdf)?/?(?:[?#].*)?"
)

_DEFAULT_PORT = re.compile(r"(?<=\w):(?:80|443)$")
_LEADING_UP = re.compile(r"^(?:/\.\.(?![^/]))+")
_TRACKING = re.compile(
    r"""
    (?:fb|g|dc|tw|yc|ys|msclk|gbra|wbra|ttc|fbc|gc|twc|igsh)(?:lid|id|lsrc) | igsh | yclid | wickedid | li_fat_id
    | utm_\w+ | mtm_\w+ | mc_[ce]id | mkt_tok | _hsenc | _hsmi | __hs\w{2,4} | vero_(?:id|conv) | oly_(?:anon|enc)_id
    | pk_(?:campaign|source|medium|kwd|keyword|content|cid) | (?:itm|ga)_(?:source|medium|campaign|content|term)
    | at_(?:medium|campaign\w*|custom\d+|link_\w+|ptr_name|bbc_team|format) | ns_(?:mchannel|source|campaign|linkname)
    | _openstat | _ga | _gl | xtor | traffic_source | ref_(?:src|url) | (?:source|ref|partner|emc|cmp|from)=rss[\w-]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Parameters that tell a server where a reader came from and never what to show. Words that also name what is shown
(`source`, `ref`, `session`, `id`) are none of them, unless they say `rss`: two pages must not become one."""


def canonical(url: str) -> str:
    """One spelling for a page: parameters of pure tracking, the fragment and needless differences of form removed. The
    fragment that an application routes by (`#/`, `#!`) stays. A paper on arXiv is one work in all its versions."""
    from courlan.clean import decode_punycode
    from w3lib.url import canonicalize_url

    paper = _ARXIV.fullmatch(url)
    if paper:
        return f"https://arxiv.org/abs/{paper[1]}"
    try:
        parts = urlsplit("".join(url.split()).replace("&amp;", "&"))
        netloc = _DEFAULT_PORT.sub("", decode_punycode(parts.netloc.lower()))
        path = quote(_LEADING_UP.sub("", re.sub(r"/+", "/", parts.path)), safe="/%!=:,-")
        fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
        kept = SplitResult(parts.scheme.lower(), netloc, path, _untracked(parts.query), fragment)
        return str(canonicalize_url(urlunsplit(kept), keep_fragments=bool(fragment)))
    except ValueError:
        return url


def _untracked(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    return bool(_TRACKING.fullmatch(parameter) or _TRACKING.fullmatch(parameter.partition("=")[0]))


def item_id(url: str) -> str:
    """The id of the item at `url`: a hash of its canonical address, http and https alike."""
    return short_hash(canonical(url).partition("://")[2])


def host_of(url: str) -> str:
    """The host of `url` without a leading `www.`, for naming a venue that names itself nowhere; empty where it names
    none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_within(host: str, hosts: Set[str]) -> bool:
    """Whether `host` is one of `hosts`, or below one of them, however it is spelled. `hosts` are as `plain_host`
    spells them."""
    parts = plain_host(host).split(".")
    return any(".".join(parts[start:]) in hosts for start in range(len(parts)))


def is_of(url: str, hosts: Set[str]) -> bool:
    """Whether the host of `url` is one of `hosts`, or below one of them."""
    return bool(hosts) and is_within(host_of(url), hosts)


def plain_host(host: str) -> str:
    """The one spelling of a host: in small letters, as the name system writes it, without the point of the root."""
    host = host.lower().rstrip(".")
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


_WRAPPERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "google": ("/url", ("url", "q")),
    "bing": ("/news/apiclick.aspx", ("url",)),
    "facebook": ("/l.php", ("u",)),
    "youtube": ("/redirect", ("q",)),
    "duckduckgo": ("/l/", ("uddg",)),
    "tumblr": ("/redirect", ("z",)),
    "steamcommunity": ("/linkfilter/", ("url", "u")),
    "vk": ("/away.php", ("to",)),
}
"""Hosts that put a page of their own before another's, by the name before their top-level domain: at which path, and
in which parameters the other's address stands. Alerts and shared links come so."""


_WRAPPING = re.compile(r"/(?:url|news/apiclick\.aspx|l\.php|redirect|l/|linkfilter/|away\.php)\?")


def unwrapped(url: str) -> str:
    """The address that `url` leads to, where it is a well-known host's page that only leads there, and says so in
    its own parameters; else `url`."""
    if not _WRAPPING.search(url):
        return url
    try:
        parts = urlsplit(url)
        names = (parts.hostname or "").split(".")
    except ValueError:
        return url
    name = names[-3] if len(names) > 2 and names[-2] in ("co", "com") else names[-2] if len(names) > 1 else ""
    path, keys = _WRAPPERS.get(name, ("", ()))
    if parts.path != path:
        return url
    return _first_address(parse_qs(parts.query).get(key, [""])[0] for key in keys) or url


def _first_address(candidates: Iterable[str]) -> str | None:
    return next((each for each in candidates if is_address(each)), None)
