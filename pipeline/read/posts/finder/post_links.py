"""What a post is called and where it is found, and which other post it answers: by ids, addresses and labels in its
markup, never by what its words say."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from pipeline.fetch.addresses import host_of, joined
from pipeline.read.posts.finder.page_index import PageIndex, item_name
from pipeline.read.posts.finder.post_parts import PostPart
from pipeline.read.stated.page_parts import words_of

_LONGEST_ID = 120  # characters
_MOST_LOOKED_AT = 400  # elements of a post beside its words
_NUMBERED = re.compile(r"\d")
_ID_DATA = re.compile(
    r"data-(?:[a-z]+-)*(?:id|pid|mid|postid|commentid|content|fullname|post|msgid|comment)", re.IGNORECASE
)
_ITEM_IDS = frozenset(("itemid", "resource", "about"))
_PARENT_DATA = re.compile(
    r"data-(?:[a-z]+-)*(?:parent|reply-?to|replyto|in-?reply-?to|answer-?to)[a-z-]*|parent-?id", re.IGNORECASE
)
_PERMALINK = re.compile(
    r"permalink|perma|bookmark|u-url|post-?(?:link|number|date|time)|comment-?(?:link|date|time)", re.I
)
_REPLY_LABEL = re.compile(
    r"(?:in (?:reply|response) to|repl(?:y|ied|ying) to|answer(?:s|ed|ing)? to|als antwort auf|antwort (?:auf|an)|"
    r"en réponse à|"
    r"réponse à|en respuesta a|respuesta a|in risposta a|risposta a|em resposta a|als reactie op|antwoord op|"
    r"svar (?:på|til|till)|"
    r"w odpowiedzi (?:na|do)|в ответ на|ответ на|vastaus|↩|↪|>>)\s*:?\s*(?:post|comment|message|beitrag|kommentar|"
    r"nr\.?|no\.?)?\s*"
    r"(?:#\s?(\d{1,9})|@?([^\n#]{1,60}))?",
    re.IGNORECASE,
)
_REPLY_NAMES = re.compile(r"in-?reply-?to|reply-?to|replying|parent-?(?:link|post|comment)|post-parent", re.IGNORECASE)
_QUOTES = re.compile(r"#?(?:p|post|msg|comment|c|pid|post-)?(\d{1,12})|post: (\d{1,12})|>>(\d{1,12})", re.IGNORECASE)
_PARENT_WORDS = frozenset(("parent", "↑", "^", "in reply to", "replied to", "elternbeitrag", "vorheriger beitrag"))
_ORDINAL = re.compile(r"#?\d{1,6}")
_LABEL = 90
_DEPTH = re.compile(
    r"(?:^|[\s_-])(?:depth|level|indent|nest(?:ed|ing)?|lvl|thread-level)[_-]?(\d{1,3})(?:$|\s)", re.IGNORECASE
)
_SHIFTED = re.compile(r"(?:margin|padding)-(?:left|inline-start)\s*:\s*(\d{1,4})(?:\.\d+)?(px|em|rem|%)", re.IGNORECASE)
_NESTING = re.compile(r"indent|child|repl(?:y|ies)|nest|sub-?thread|respon[sd]|descendants", re.IGNORECASE)
_LISTS = frozenset(("ul", "ol", "dl", "dd", "blockquote"))


class Place(NamedTuple):
    """What a post is called on its page: its lasting id, or None; its address; all names that lead to it; the names and
    labels of what it answers."""

    id: str | None
    url: str | None
    names: tuple[str, ...]
    answers: tuple[str, ...]
    answered_name: str | None


def place_of(index: PageIndex, post: PostPart, base: str) -> Place:
    """The ids, the address and the answered posts that the markup of a post states. `base` is the page's address."""
    ids: list[str] = []
    permalinks: list[tuple[int, str]] = []
    answers: list[str] = []
    labels: list[str] = []
    answered: str | None = None
    for number in _beside_words(index, post):
        element = index.elements[number]
        own_id = element.get("id") or (element.get("name") if element.tag == "a" else "") or ""
        if _NUMBERED.search(own_id) and len(own_id) <= _LONGEST_ID and not own_id.isspace():
            ids.append(own_id.strip())
        for name, value in element.items():
            if number == post.part.start and name in _ITEM_IDS and _NUMBERED.search(value.partition("#")[2]):
                ids.append(value.partition("#")[2][:_LONGEST_ID])
            elif name.startswith("data-") or name in ("parentid", "parent"):
                if _PARENT_DATA.fullmatch(name) and _NUMBERED.search(value) and len(value) <= _LONGEST_ID:
                    answers.append(value)
                elif (
                    number == post.part.start
                    and _ID_DATA.fullmatch(name)
                    and _NUMBERED.search(value)
                    and len(value) < 60
                ):
                    ids.append(value)
        if element.tag == "a" and element.get("href"):
            answers += _answered_by(element, index.words_of(number))
            if weight := _permalink(index, post, number, element):
                permalinks.append((weight, element.get("href", "")))
        elif "parentitem" in item_name(element).lower() or "u-in-reply-to" in element.get("class", ""):
            answers.append(element.get("href") or element.get("content") or element.get("resource") or "")
        text = words_of(element, 12) if index.words_of(number) == 1 else ""
        if _ORDINAL.fullmatch(text) and (text.startswith("#") or element.tag == "a"):
            labels.append(f"#{text.lstrip('#')}")
        if index.words_of(number) <= _SHORT and (match := _reply_label(element)):
            if match[1]:
                answers.append(f"#{match[1]}")
            elif match[2] and not answered:
                answered = match[2].strip(" .:,")
    answers += _quoted(index, post)
    permalinks.sort(key=lambda pair: -pair[0])
    url = next((address for _, href in permalinks if (address := _on_page(base, href))), None)
    names = list(dict.fromkeys([*ids, *labels, *(name for _, href in permalinks for name in _names_in(href))]))
    return Place(ids[0] if ids else None, url, tuple(names), tuple(dict.fromkeys(filter(None, answers))), answered)


_SHORT = 12  # words


def _beside_words(index: PageIndex, post: PostPart) -> Iterator[int]:
    """The elements of a post that are none of its words: its own first."""
    number, seen = post.part.start, 0
    bodies = {} if post.loose else {body: index.ends[body] for body in post.bodies}
    inner = {each.start: each.end for each in post.inner}
    whole = post.loose
    while number < post.part.end and seen < _MOST_LOOKED_AT:
        if behind := inner.get(number):
            number = behind
            continue
        if behind := bodies.get(number):
            yield number
            number = behind
            continue
        seen += 1
        element = index.elements[number]
        is_head = number == post.part.start or any(head <= number < index.ends[head] for head in post.heads)
        if not whole or is_head or _NUMBERED.search(element.get("id") or element.get("name") or ""):
            yield number
        number += 1


def _permalink(index: PageIndex, post: PostPart, number: int, link: HtmlElement) -> int:
    """How much speaks for a link leading to the post it stands in."""
    href, text = link.get("href", ""), words_of(link, 30)
    names = f"{link.get('class', '')} {link.get('rel', '')} {item_name(link)} {link.get('title', '')[:40]}"
    weight = 0
    if post.mark and number <= post.mark.holder < index.ends[number]:
        weight = 4
    elif _PERMALINK.search(names) or "url" in item_name(link).split():
        weight = 3
    elif text.lstrip("#№").isdigit() or text.lower().strip("[]()# ") in ("link", "permalink", "direct link", "#", "¶"):
        weight = 2
    elif "#" in href and _NUMBERED.search(href.rpartition("#")[2]) and index.words_of(number) > 1:
        weight = 1
    if weight and post.named and number <= post.named.number < index.ends[number]:
        return 0
    return weight + ("#" in href) if weight else 0


def _on_page(base: str, href: str) -> str | None:
    """Where a link leads, where that is on the page's own host and names one place of it."""
    if href.strip() in ("", "#") or href.strip().lower().startswith(("javascript:", "data:", "mailto:")):
        return None
    address = joined(base, href)
    return address if address and host_of(address) == host_of(base) else None


def _names_in(href: str) -> Iterator[str]:
    """What an address may call a post: its fragment, the numbers in its query, the last part of its path."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return
    if _NUMBERED.search(parts.fragment):
        yield parts.fragment
    for name, value in parse_qsl(parts.query)[:20]:
        if value.isdigit() and name in (
            "p",
            "pid",
            "post",
            "post_id",
            "comment",
            "id",
            "msg",
            "c",
            "do",
            "mid",
            "item",
        ):
            yield value
    last = parts.path.rstrip("/").rpartition("/")[2]
    if last.isdigit() or last.startswith(("post-", "comment-")):
        yield last


def _answered_by(link: HtmlElement, words: int) -> list[str]:
    """What a link beside a post's words names as the post that this one answers."""
    names = f"{link.get('class', '')} {link.get('rel', '')} {link.get('title', '')}"
    text = words_of(link, _LABEL).casefold()
    label = _REPLY_LABEL.match(text)
    says = text.strip() in _PARENT_WORDS or _REPLY_NAMES.search(names) or (label and label[0].strip())
    return list(_names_in(link.get("href", ""))) if says and words <= _SHORT else []


def _reply_label(element: HtmlElement) -> re.Match[str] | None:
    if element.tag in ("button", "input"):
        return None
    text = words_of(element, _LABEL)
    match = _REPLY_LABEL.search(text) if 4 < len(text) <= _LABEL else None
    return match if match and (match[1] or match[2]) else None


def _quoted(index: PageIndex, post: PostPart) -> list[str]:
    """The post that the quotation at the beginning of a post's words is from, as its markup names it."""
    for body in post.bodies[:1]:
        for number in range(body, min(index.ends[body], body + 12)):
            element = index.elements[number]
            named = element.get("data-source") or element.get("data-post") or element.get("data-post-id") or ""
            if element.tag == "a" and not named and number - body < 10 and _in_quote(index, number, body):
                named = "#" + element.get("href", "").rpartition("#")[2] if "#" in element.get("href", "") else ""
            if element.tag == "a" and not named and words_of(element, 20).startswith(">>"):
                named = words_of(element, 20)
            match = _QUOTES.fullmatch(named.strip()) if named and index.words(body, number) <= _SHORT else None
            if match:
                return [named.lstrip("#"), next(each for each in match.groups() if each)]
    return []


def _in_quote(index: PageIndex, number: int, body: int) -> bool:
    return any(
        index.elements[above].tag in ("blockquote", "cite", "aside")
        or "quote" in index.elements[above].get("class", "").lower()
        for above in index.above(number)
        if above >= body
    )


def levels(index: PageIndex, posts: Sequence[PostPart], flat: Collection[int] = ()) -> list[int | None]:
    """The post that each answers by where it stands on the page, by number: the one whose list of replies holds it, or
    that it is indented under. To stand in the elements `flat` is to answer nothing."""
    indents = [_indent(index, post) for post in posts]
    if len(set(indents)) > 1 and None not in indents:
        return _under([indent or 0 for indent in indents])
    starts = {post.part.start for post in posts} - set(flat)
    return _under([_nesting(index, post, starts) for post in posts])


def _under(depths: Sequence[int]) -> list[int | None]:
    """Of each, the last before it that is less deep."""
    found: list[int | None] = []
    open_: list[int] = []
    for number, depth in enumerate(depths):
        while open_ and depths[open_[-1]] >= depth:
            open_.pop()
        found.append(open_[-1] if open_ else None)
        open_.append(number)
    return found


def _indent(index: PageIndex, post: PostPart) -> int | None:
    """How far a post is set in, where its markup counts that."""
    for number in range(post.part.start, min(post.part.end, post.part.start + 12)):
        element = index.elements[number]
        for name in ("indent", "data-depth", "data-level", "data-indent", "depth", "level", "aria-level"):
            if (
                (number == post.part.start or name == "indent")
                and (value := element.get(name, "")).isdigit()
                and len(value) < 6
            ):
                return int(value)
        if number == post.part.start and (match := _DEPTH.search(element.get("class", "")[:300])):
            return int(match[1])
        if number == post.part.start and (match := _SHIFTED.search(element.get("style", "")[:300])):
            return int(match[1])
        if (
            element.tag == "img"
            and (value := element.get("width", "")).isdigit()
            and element.get("height") in ("1", "0")
        ):
            return int(value)
    above = index.parents[post.part.start]
    match = _SHIFTED.search(index.elements[above].get("style", "")[:300]) if above >= 0 else None
    return int(match[1]) if match else None


def _nesting(index: PageIndex, post: PostPart, starts: Collection[int]) -> int:
    """How many posts and lists of replies a post stands in."""
    depth = 0
    for above in index.above(post.part.start):
        element = index.elements[above]
        names = f"{element.get('class', '')} {element.get('id', '')}"[:300]
        if element.tag in _LISTS or _NESTING.search(names) or above in starts:
            depth += 1
    return depth
