"""The posts on any web page, by its markup alone: what it states, else what it repeats.

A page is a thread where the posts are most of what it says and its first one is the first thing it says; else they are
the comments of an article, if they are posts at all.
"""

from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.fetch.addresses import host_of, joined
from pipeline.read.html.visible import drop_hidden
from pipeline.read.posts.finder.discussions import is_called_posts, is_forums_address
from pipeline.read.posts.finder.like_blocks import Marks, marks_of, nested
from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_groups import PostGroup, post_group
from pipeline.read.posts.finder.post_records import fetched_posts
from pipeline.read.posts.finder.signed_comments import signed_comments
from pipeline.read.posts.finder.stated_posts import stated_posts
from pipeline.read.posts.finder.under_article import is_under_an_article
from pipeline.read.stated.json_ld import Thing, things_of
from pipeline.records.dates import PartialDate
from pipeline.records.posts import FetchedPost, FetchedThread

MORE_PAGES = "the page says that more pages of the thread follow"
"""What is missing of a thread whose next page was not read."""
_DEEPEST = 250  # elements; a parser passes over what nests deeper
_TOO_DEEP = "the page nests deeper than can be read"
_NEARLY_ALL, _HALF = 0.8, 0.5  # of the words that a page states
_LEFT = 0.2  # of a page's words, where its style hides the rest


class PostsFound(NamedTuple):
    """The posts of a page as a thread. `article` says that they stand under an article, which is the page; `elements`
    are then those of the page that hold nothing but them."""

    thread: FetchedThread
    article: bool
    elements: tuple[HtmlElement, ...] = ()


class _Page(NamedTuple):
    """A page in which posts were found: by its parts, or signed; neither where there are none."""

    elements: PageIndex
    group: PostGroup | None = None
    signed: Sequence[FetchedPost] = ()

    @property
    def number(self) -> int:
        """How many parts of it are posts."""
        return len(self.group.posts) if self.group else len(self.signed)


def posts_on(
    tree: HtmlElement, url: str, title: str, latest: PartialDate, things: tuple[Thing, ...] | None = None
) -> PostsFound | None:
    """The posts on a page, or None where it holds no discussion. `title` is what the page is called, `latest` the last
    day believed, `things` are its JSON-LD objects where they were read already. `tree` is left as it is."""
    stated = stated_posts(things_of(tree) if things is None else things, url)
    whole = _found(tree, url, title, latest)
    page = _shown(tree, whole, url, title, latest) if whole.number else whole
    posts = _posts_of(page, url, _base(tree, url), title)
    if len(posts) > 1 and _is_fuller(posts, stated.posts):
        posts = _completed(posts, stated.posts)
        group = page.group
        calls_itself = stated.is_thread or group is None or group.is_thread
        article = (
            group is not None
            and not calls_itself
            and is_under_an_article(page.elements, group.posts, in_forum=is_forums_address(url))
        )
    elif len(stated.posts) > 1:
        posts, article = stated.posts, not stated.is_thread
    else:
        return None
    missing = [*_missing(page.elements, tree, url), *_left_out(whole.number - page.number, "that the page hides")]
    missing += _left_out(page.group.left_out if page.group else 0, f"behind the first {len(posts):,}")
    thread = FetchedThread(title=title, url=url, posts=tuple(_in_order(posts)), missing="; ".join(missing) or None)
    return PostsFound(thread, article, _elements(whole) if article else ())


def _elements(page: _Page) -> tuple[HtmlElement, ...]:
    """The outermost elements that are called comments and are posts."""
    parts = [post.part for post in page.group.posts if not post.part.is_run] if page.group else []
    if not is_called_posts(page.elements, parts):
        return ()
    around = nested(parts)
    return tuple(page.elements.elements[part.start] for part, outer in zip(parts, around, strict=True) if outer is None)


def _found(tree: HtmlElement, url: str, title: str, latest: PartialDate) -> _Page:
    index = PageIndex(tree)
    language, domain = tree.get("lang", ""), host_of(url).rpartition(".")[2]
    marks = Marks(marks_of(index, language, domain))
    if signed := signed_comments(index, tree, url, title, language, domain):
        return _Page(index, signed=signed)
    return _Page(index, post_group(tree, index, marks, url, title, latest))


def _shown(tree: HtmlElement, whole: _Page, url: str, title: str, latest: PartialDate) -> _Page:
    """The page as a reader sees it: what its markup or its style hides says nothing."""
    shown = deepcopy(tree)
    drop_hidden(shown)
    words, shown_words = _words_of(tree), _words_of(shown)
    if shown_words == words or shown_words <= _LEFT * words:  # a page that is hidden as a whole is shown by a script
        return whole
    return _found(shown, url, title, latest)


def _words_of(tree: HtmlElement) -> int:
    return sum(len(text.split()) for text in tree.itertext() if text)


def _posts_of(page: _Page, url: str, base: str, title: str) -> list[FetchedPost]:
    if not page.group:
        return list(page.signed)
    posts = fetched_posts(page.elements, page.group.posts, url, base, title, page.group.flat)
    return posts if sum(bool(post.body) for post in posts) > 1 else []


def _base(tree: HtmlElement, url: str) -> str:
    """The address that the page's links start from."""
    stated = next((each.get("href", "") for each in tree.iter("base")), "")
    address = joined(url, stated) if stated else None
    return address if address and host_of(address) == host_of(url) else url


def _is_fuller(posts: Sequence[FetchedPost], stated: Sequence[FetchedPost]) -> bool:
    """Whether the markup gives as much as the page states: nearly as many words, or as many posts and most words."""
    words, stated_words = (sum(len(post.body.split()) for post in each) for each in (posts, stated))
    return words >= _NEARLY_ALL * stated_words or (len(posts) + 1 >= len(stated) and words >= _HALF * stated_words)


def _completed(posts: list[FetchedPost], stated: Sequence[FetchedPost]) -> list[FetchedPost]:
    """The posts of the markup, with the author and the exact time that a statement with the same id has."""
    known = {post.id: post for post in stated}
    full = []
    for post in posts:
        other = known.get(post.id, post)
        exact = other.time if other.time and len(other.time) > len(post.time or "") else post.time
        full.append(post.model_copy(update={"author": post.author or other.author, "time": exact}))
    return full


def _in_order(posts: Sequence[FetchedPost]) -> Sequence[FetchedPost]:
    """The posts as they are read: a list without replies that begins with the newest is turned round."""
    times = [post.time or "" for post in posts]
    if any(post.answers for post in posts) or "" in times or times == sorted(times):
        return posts
    return list(reversed(posts)) if all(one >= other for one, other in pairwise(times)) else posts


def _missing(index: PageIndex, tree: HtmlElement, url: str) -> list[str]:
    """What of the thread the page itself says is elsewhere, and what of the page could not be read."""
    own = url.partition("#")[0]
    said = [_TOO_DEEP] if max(index.depths, default=0) >= _DEEPEST else []
    for link in tree.iter("link", "a"):
        if "next" in link.get("rel", "").lower().split():
            address = joined(url, link.get("href", ""))
            if address and host_of(address) == host_of(url) and address.partition("#")[0] != own:
                return [MORE_PAGES, *said]
    return said


def _left_out(count: int, which: str) -> list[str]:
    if count <= 0:
        return []
    return [f"{count:,} posts {which} were left out" if count > 1 else f"1 post {which} was left out"]
