"""Comments that their writers sign: of talk pages on wikis, where who wrote what and when stands behind the words.

A comment is what stands between two signatures. How far it is set in tells what it answers.
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from pipeline.read.posts.finder.page_index import PageIndex, words_in
from pipeline.read.posts.finder.post_times import PostTime, time_in_words
from pipeline.records.posts import FetchedPost
from pipeline.text import one_line, short_hash

_SIGNED = re.compile(
    r"\d{1,2}[:.]\d\d\b.{0,40}\d{4}.{0,4}\(?(?:UTC|GMT|[A-Z]{3,4})\)?\W*$|\d{4}.{0,12}\d{1,2}:\d\d \((?:UTC|"
    r"[A-Z]{3,4})\)\W*$"
)
_USER = re.compile(
    r"(?:user|benutzer(?:in)?|utilisat(?:eur|rice)|usuari[oa]|utente|gebruiker|användare|bruker|bruger|wikipedysta|"
    r"wikipedystka|"
    r"участник|участница|користувач|szerkesztő|käyttäjä|利用者|사용자|用户|special:contributions)(?:_?talk)?[:/]([^/?#&]{1,80})",
    re.IGNORECASE,
)
_TALK = re.compile(r"talk|diskussion|discussion|discusión|discussione|обсуждение|overleg|会話|토론", re.IGNORECASE)
_DASHES = " \t\n\u00a0—–-~·|(["
_BLOCKS = frozenset((
    "p", "div", "dl", "dd", "dt", "ul", "ol", "li", "blockquote", "pre", "table", "section", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "figure", "center", "form", "article", "main", "header", "footer", "nav", "aside", "td", "tr",
    "tbody",
))  # fmt: skip
_WHOLE = frozenset(("blockquote", "pre", "table", "figure"))
_LISTS = frozenset(("dl", "ul", "ol"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NOT_READ = frozenset(("script", "style", "nav", "footer", "form", "noscript", "template"))
_LONGEST_SIGNATURE = 16  # words
_ID_LENGTH = 12
_ENOUGH = 0.4  # of the page's words
_ID = re.compile(r"c-[^\s]{3,100}-\d{6,14}")


class _Run(NamedTuple):
    """Words of the page that follow each other in one block: how many lists it stands in, its markup, and the heading
    it is, if it is one."""

    depth: int
    element: HtmlElement
    heading: str = ""


def signed_comments(
    index: PageIndex, tree: HtmlElement, url: str, title: str, language: str, domain: str
) -> list[FetchedPost]:
    """The comments of a page on which they are signed; none where fewer than two are, or where they are not much of
    what it says. `title` is what the page is called: a section called the same gives its comments no title."""
    if sum(1 for text in index.texts if ":" in text.text and _SIGNED.search(text.text.rstrip())) < 2:
        return []
    body = tree.find("body")
    posts = list(_comments(_runs(tree if body is None else body, 0), url, title, language, domain))
    said = sum(words_in(re.sub(r"<[^<>]*>", " ", post.body)) for post in posts)
    return posts if len(posts) > 1 and said >= _ENOUGH * index.unlinked_of(0) else []


def _runs(element: HtmlElement, depth: int) -> Iterator[_Run]:
    """What stands in an element, in its order, block by block."""
    depth += element.tag in _LISTS
    run = lxml_html.Element("div")
    run.text = element.text
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _NOT_READ:
            _append(run, child.tail)
            continue
        if child.tag not in _BLOCKS:
            run.append(deepcopy(child))
            continue
        if _says(run):
            yield _Run(depth, run)
        if child.tag in _HEADINGS:
            yield _Run(depth, child, one_line("".join(child.itertext())))
        elif child.tag in _WHOLE:
            whole = lxml_html.Element("div")
            whole.append(deepcopy(child))
            whole[0].tail = None
            yield _Run(depth, whole)
        else:
            yield from _runs(child, depth)
        run = lxml_html.Element("div")
        run.text = child.tail
    if _says(run):
        yield _Run(depth, run)


def _append(run: HtmlElement, text: str | None) -> None:
    if text and len(run):
        run[-1].tail = (run[-1].tail or "") + text
    elif text:
        run.text = (run.text or "") + text


def _says(run: HtmlElement) -> bool:
    return bool("".join(run.itertext()).strip())


def _comments(runs: Iterator[_Run], url: str, title: str, language: str, domain: str) -> Iterator[FetchedPost]:
    open_: list[tuple[int, str]] = []
    gathered: list[str] = []
    section, is_first, depth = "", True, None
    told: Counter[tuple[str, str | None]] = Counter()
    for run in runs:
        if run.heading:
            gathered, open_, depth, section, is_first = [], [], None, run.heading, True
            continue
        depth = run.depth if depth is None else depth
        signed = _signature(run.element, language, domain)
        own_id = next((each.get("id") for each in run.element.iter() if _ID.fullmatch(each.get("id") or "")), None)
        if signed:
            _cut(run.element, signed.start)
        gathered.append(str(etree.tostring(run.element, encoding="unicode", method="html")))
        if not signed:
            continue
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        told[signed.name, signed.time.time] += 1
        number = str(told[signed.name, signed.time.time])
        identity = own_id or short_hash(signed.name, signed.time.time or "", number, length=_ID_LENGTH)
        yield FetchedPost(
            id=identity,
            url=f"{url.partition('#')[0]}#{identity}",
            author=signed.name,
            handle=signed.account if _folded(signed.account) != _folded(signed.name) else None,
            time=signed.time.time,
            answers=open_[-1][1] if open_ else None,
            title=section if is_first and section and section not in title else None,
            body="".join(gathered),
        )
        open_.append((depth, identity))
        gathered, depth, is_first = [], None, False


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


class _Signature(NamedTuple):
    start: HtmlElement
    name: str
    account: str
    time: PostTime


def _signature(run: HtmlElement, language: str, domain: str) -> _Signature | None:
    """The signature that a run ends in."""
    text = "".join(run.itertext()).rstrip()
    if not _SIGNED.search(text[-80:]):
        return None
    time = time_in_words(text[-80:].partition("\n")[2] or text[-60:], language, domain)
    users = [(link, match) for link in run.iter("a") if (match := _USER.search(unquote(link.get("href", ""))))]
    behind = len(text.split())
    for link, match in users:
        before = "".join(_text_before(run, link))
        if behind - len(before.split()) <= _LONGEST_SIGNATURE:
            account = one_line(match[1].replace("_", " "))
            shown = one_line("".join(link.itertext()))
            name = account if not shown or _TALK.fullmatch(shown) else shown
            return _Signature(link, name, account, time or PostTime(None, 0, 0, 0))
    return None


def _text_before(run: HtmlElement, element: HtmlElement) -> Iterator[str]:
    """The words of a run that stand before an element of it."""
    for event, each in etree.iterwalk(run, events=("start", "end")):
        if each is element:
            return
        if event == "start":
            yield each.text or ""
        elif each is not run:
            yield each.tail or ""


def _cut(run: HtmlElement, start: HtmlElement) -> None:
    """Takes out of a run what stands from an element on, with the dashes before it."""
    each = start
    while each is not None and each is not run:
        parent, previous = each.getparent(), each.getprevious()
        for later in list(each.itersiblings()):
            parent.remove(later)
        parent.remove(each)
        if previous is not None:
            previous.tail = (previous.tail or "").rstrip(_DASHES)
        else:
            parent.text = (parent.text or "").rstrip(_DASHES)
        if parent is run or "".join(parent.itertext()).strip():
            for above in (parent, *parent.iterancestors()):
                if above is run:
                    return
                above.tail = None
                for later in list(above.itersiblings()):
                    above.getparent().remove(later)
            return
        each = parent
