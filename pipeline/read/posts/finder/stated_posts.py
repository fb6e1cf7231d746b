"""Posts that a page states in JSON-LD (schema.org): a forum's posting with its comments, a question with its answers,
an article's comments."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pipeline.fetch.addresses import host_of, joined
from pipeline.read.posts.finder.post_times import stated_time
from pipeline.read.stated.json_ld import Thing, by_id, texts
from pipeline.records.posts import FetchedPost
from pipeline.text import one_line, short_hash

_OPENINGS = frozenset(("discussionforumposting", "question"))
_BELOW = ("acceptedAnswer", "suggestedAnswer", "comment", "comments")
_MOST_POSTS = 5_000
_DEEPEST = 60  # nested lists of replies; what is deeper is not in an object any more (json_ld)
_MARKUP = re.compile(
    r"<(?:p|br|div|blockquote|ul|ol|a|span|em|strong|b|i|img|h\d|pre|code)\b[^<>]*>|&(?:lt|amp|#\d+);", re.I
)
_LONGEST = 100_000  # characters of a post
_LONGEST_NAME = 80


class StatedPosts(NamedTuple):
    """The posts that JSON-LD states, in its order. `is_thread` says that it calls the whole a thread or a question."""

    posts: list[FetchedPost]
    is_thread: bool


def stated_posts(things: tuple[Thing, ...], url: str) -> StatedPosts:
    """The posts of the page's main object: the one with most of them."""
    best = StatedPosts([], False)
    known = by_id(things)
    for thing in things:
        if thing.is_other_work and not thing.types & _OPENINGS:
            continue
        is_thread = bool(thing.types & _OPENINGS) and "faqpage" not in _around(things)
        if is_thread or (thing.is_article and any(key in thing.values for key in _BELOW)):
            posts = _each_named(_posts_of(thing.values, known, url, is_thread=is_thread))
            if len(posts) > len(best.posts) or (is_thread and not best.is_thread and len(posts) >= len(best.posts)):
                best = StatedPosts(posts, is_thread)
    return best


def _each_named(posts: Iterator[FetchedPost]) -> list[FetchedPost]:
    """The posts, where several have one id with an id of their own."""
    named: dict[str, FetchedPost] = {}
    for post in posts:
        if post.id in named or not _NAMES.search(post.id):
            own = short_hash(post.id, post.author or "", post.body[:_LONGEST_NAME], str(len(named)), length=_ID_LENGTH)
            post = post.model_copy(update={"id": own, "url": f"{post.url.partition('#')[0]}#{own}"})
        named[post.id] = post
    return list(named.values())


_NAMES = re.compile(r"\d")


def _around(things: tuple[Thing, ...]) -> frozenset[str]:
    return frozenset(name for thing in things if not thing.inside for name in thing.types)


def _posts_of(value: dict[str, Any], known: dict[str, Thing], url: str, *, is_thread: bool) -> Iterator[FetchedPost]:
    """The posts of an object: itself where it is a thread's first, then those below it, each behind what it answers."""
    first = _post(value, None, known, url, 0) if is_thread else None
    question = first.id if first and "question" in _types(value) else None
    below = _below(value, known)
    if first and below and _says(below[0]) == first.body:  # the first post, stated once as the thread's own
        below, same = below[1:], _post(below[0], None, known, url, 0)
        first = first.model_copy(update={"author": first.author or (same.author if same else None)})
    if first:
        yield first
    waiting: list[tuple[dict[str, Any], str | None, int]] = [(each, question, 1) for each in reversed(below)]
    seen, count = {id(value)}, 1
    while waiting and count < _MOST_POSTS:
        each, answers, depth = waiting.pop()
        if id(each) in seen or depth > _DEEPEST:
            continue
        seen.add(id(each))
        post = _post(each, answers, known, url, count)
        if post:
            yield post
            count += 1
        waiting += [(reply, post.id if post else answers, depth + 1) for reply in reversed(_below(each, known))]


def _says(value: dict[str, Any]) -> str:
    return next(
        (text for key in ("text", "articleBody", "commentText") for text in texts(value.get(key)) if text.strip()), ""
    )


def _below(value: dict[str, Any], known: dict[str, Thing]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for key in _BELOW:
        below = value.get(key)
        for each in below if isinstance(below, list) else [below]:
            if isinstance(each, dict):
                named = known.get(str(each.get("@id")))
                found.append(named.values if named and len(each) <= 2 else each)
    return found


def _types(value: dict[str, Any]) -> frozenset[str]:
    return frozenset(name.rstrip("/").rpartition("/")[2].lower() for name in texts(value.get("@type")))


def _post(
    value: dict[str, Any], answers: str | None, known: dict[str, Thing], url: str, number: int
) -> FetchedPost | None:
    """One object as a post; None where it states neither words nor who wrote it."""
    body = _says(value)
    name, handle = _person(value.get("author") or value.get("creator"), known)
    published = next(
        (text for key in ("datePublished", "dateCreated", "commentTime") for text in texts(value.get(key))), ""
    )
    modified = next(iter(texts(value.get("dateModified"))), "")
    time = stated_time(published)
    if not body.strip() or not (name or time):
        return None
    address = next(
        (
            at
            for key in ("url", "@id")
            for link in texts(value.get(key))
            if (at := joined(url, link)) and host_of(at) == host_of(url)
        ),
        None,
    )
    given = (
        _identifier(value.get("identifier")) or _last(address or "") or _last(next(iter(texts(value.get("@id"))), ""))
    )
    own = given or short_hash(name or "", published, str(number), length=_ID_LENGTH)
    parent = value.get("parentItem")
    stated = _parent(parent, url) if isinstance(parent, dict | str) else None
    return FetchedPost(
        id=own,
        url=address or f"{url.partition('#')[0]}#{own}",
        author=name,
        handle=handle,
        time=time,
        answers=stated or answers,
        edited=bool(number and modified and published and stated_time(modified) != time),
        body=body[:_LONGEST],
        form="html" if _MARKUP.search(body) else "plain",
    )


_ID_LENGTH = 12


def _identifier(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        value = value.get("value")
    return one_line(next(iter(texts(value)), ""))[:100]


def _last(address: str) -> str:
    """What an address calls the post: its fragment, or the number it ends in."""
    fragment = address.partition("#")[2]
    number = re.search(r"(?<!\d)(\d+)/?$", address.partition("#")[0].partition("?")[0])
    return fragment[:100] or (number[1] if number else "")


def _parent(value: dict[str, Any] | str, url: str) -> str | None:
    if isinstance(value, str):
        return _last(joined(url, value) or "") or None
    given = _identifier(value.get("identifier"))
    return given or next(
        (name for key in ("url", "@id") for link in texts(value.get(key)) if (name := _last(link))), None
    )


def _person(value: Any, known: dict[str, Thing]) -> tuple[str | None, str | None]:  # noqa: ANN401 - JSON
    """A name, and the account's where both are stated."""
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, str):
        return one_line(value)[:_LONGEST_NAME] or None, None
    if not isinstance(value, dict):
        return None, None
    full = known.get(str(value.get("@id")))
    names = texts(value.get("name")) or (texts(full.values.get("name")) if full else [])
    name = one_line(next(iter(names), ""))[:_LONGEST_NAME] or None
    handle = one_line(next(iter(texts(value.get("alternateName"))), "")).lstrip("@")[:_LONGEST_NAME] or None
    return name or handle, handle if name and handle and handle != name else None
