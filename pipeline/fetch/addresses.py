"""Web addresses: what counts as one, and when two spellings are the same page."""

import re
from urllib.parse import urlsplit

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
    return _problem(url) is None


def _problem(url: str) -> str | None:
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in url):
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
        return "it carries a user name or password"
    return None


_ARXIV = re.compile(
    r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5}))"
    r"(?:v\d+)?(?:\.pdf)?/?(?:[?#].*)?"
)


def canonical(url: str) -> str:
    """One spelling for a page: tracking parameters, fragment and needless differences of form removed. A paper on arXiv
    is one work in all its versions and forms."""
    from courlan import clean_url
    from w3lib.url import canonicalize_url

    paper = _ARXIV.fullmatch(url)
    if paper:
        return f"https://arxiv.org/abs/{paper[1]}"
    return str(canonicalize_url(clean_url(url) or url))


def item_id(url: str) -> str:
    """The id of the item at `url`: a hash of its canonical address, http and https alike."""
    return short_hash(canonical(url).partition("://")[2])


def host_of(url: str) -> str:
    """The host of `url` without a leading `www.`, for naming a venue that names itself nowhere."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
