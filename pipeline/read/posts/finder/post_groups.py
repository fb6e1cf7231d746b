"""Which parts of a page are its posts: those that it calls so, else the group of like parts that says most."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.read.posts.finder.discussions import (
    are_comments,
    are_teasers,
    are_under_headlines,
    is_discussion,
    is_forums_address,
    may_be_posts,
    said_words,
)
from pipeline.read.posts.finder.like_blocks import Marks, Part, groups_of, nested, with_timeless
from pipeline.read.posts.finder.opening import opening_of
from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_parts import PostPart, post_parts
from pipeline.read.posts.finder.post_records import is_gone
from pipeline.read.posts.finder.stated_parts import StatedParts, stated_parts
from pipeline.records.dates import PartialDate

_MOST_POSTS = 5_000  # of one page
_CLEARLY_MORE = 1.1  # times the words of a likelier group
_NEARLY_ONE = 1.3  # parts of a group in each of another's
_STATES_POSTS = "boolean(//@itemtype | //@typeof | //@class[contains(., 'h-entry') or contains(., 'h-cite')])"
_NOTHING = StatedParts([], False, frozenset())


class PostGroup(NamedTuple):
    """The parts of a page that are its posts. `is_thread` says that the page calls itself their thread; posts that
    stand in the elements `flat` do not answer them. `left_out` is how many more there are than are read of one page."""

    posts: list[PostPart]
    is_thread: bool = False
    flat: frozenset[int] = frozenset()
    left_out: int = 0


def post_group(
    tree: HtmlElement, index: PageIndex, marks: Marks, url: str, title: str, latest: PartialDate
) -> PostGroup | None:
    """The posts of a page, or None where no parts of it are a discussion."""
    groups: list[list[Part]] | None = None
    stated = stated_parts(index) if tree.xpath(_STATES_POSTS) else _NOTHING
    if len(stated.parts) > 1:
        rest = stated.parts[_MOST_POSTS:]
        posts = post_parts(index, marks, stated.parts[:_MOST_POSTS], rest, alike=False)
        if is_discussion(index, posts, url, title, latest, stated=True):
            groups = groups_of(index, marks)
            posts = _with_lesser(index, marks, posts, rest, groups, alike=False)
            return PostGroup(posts, stated.is_thread, stated.flat, len(rest))
    if len(marks.all) < 2:
        return None
    groups = groups_of(index, marks)
    best, rest = _best(index, marks, groups, url, title, latest)
    if not best:
        return None
    opening = opening_of(index, marks, best) if is_forums_address(url) else None
    if opening:
        best = post_parts(index, marks, [opening, *(post.part for post in best)], rest)
    return PostGroup(_with_lesser(index, marks, best, rest, groups), left_out=len(rest))


def _best(
    index: PageIndex, marks: Marks, groups: Sequence[Sequence[Part]], url: str, title: str, latest: PartialDate
) -> tuple[list[PostPart], list[Part]]:
    """The discussion that says most, and the parts of it that are not read any more. Of two that say the same, in a
    forum the one with more posts, else the one whose posts are more alike. Posts come before the comments on them."""
    found = list(_discussions(index, marks, groups, url, title, latest))
    best: tuple[list[PostPart], list[Part]] = ([], [])
    most = unlike = 0
    for posts, rest in found:
        said, others = said_words(index, posts), sum(not post.is_usual for post in posts)
        is_preferred = len(posts) > len(best[0]) if is_forums_address(url) else others < unlike
        if said > most * _CLEARLY_MORE or (said >= most and is_preferred):
            best, most, unlike = (posts, rest), said, others
    parts = [post.part for post in best[0]]
    if are_comments(index, parts):  # those on a few answers may say more than the answers do
        return next((each for each in found if _joined(index, marks, *each, parts)), best)
    return best


def _discussions(
    index: PageIndex, marks: Marks, groups: Sequence[Sequence[Part]], url: str, title: str, latest: PartialDate
) -> Iterator[tuple[list[PostPart], list[Part]]]:
    """The groups that are discussions, each with the parts of it that are not read any more. The parts of teasers are
    no posts, whatever they leave out of the teasers."""
    teasers: list[Sequence[Part]] = []
    for group in groups:
        if any(_are_parts_of(group, others) for others in teasers):
            continue
        if are_under_headlines(index, group, url):
            teasers.append(group)
        elif may_be_posts(index, group):
            parts = with_timeless(index, group)
            rest = parts[_MOST_POSTS:]
            posts = _without_wrappers(index, marks, post_parts(index, marks, parts[:_MOST_POSTS], rest), rest)
            if are_teasers(index, posts, url):
                teasers.append(group)
            elif is_discussion(index, posts, url, title, latest, stated=False):
                yield posts, rest


def _are_parts_of(group: Sequence[Part], others: Sequence[Part]) -> bool:
    """Whether the parts of a group are one in each of some others, or nearly so."""
    if len(group) > _NEARLY_ONE * len(others):
        return False
    outer = _outer(others, group)
    return sum(around is not None for around in outer) * _NEARLY_ONE >= len(group) and (
        len({around for around in outer if around}) * _NEARLY_ONE >= len(group)
    )


def _without_wrappers(index: PageIndex, marks: Marks, posts: list[PostPart], rest: Sequence[Part]) -> list[PostPart]:
    """The posts of a group without parts that are built unlike the rest and hold posts, or name nobody."""

    def is_post(post: PostPart) -> bool:
        return not post.inner and (post.named is not None or post.mark is None or is_gone(index, post))

    kept = [post.part for post in posts if post.is_usual or is_post(post)]
    return post_parts(index, marks, kept, rest) if 1 < len(kept) < len(posts) else posts


def _with_lesser(
    index: PageIndex,
    marks: Marks,
    posts: list[PostPart],
    rest: Sequence[Part],
    groups: Sequence[Sequence[Part]],
    *,
    alike: bool = True,
) -> list[PostPart]:
    """The posts with those of another kind that stand in them beside their words: comments on an answer."""
    comments = [group for group in groups if are_comments(index, group)]
    joined = [_joined(index, marks, posts, rest, group, alike=alike) or posts for group in comments]
    return max([posts, *joined], key=len)


def _joined(
    index: PageIndex,
    marks: Marks,
    posts: Sequence[PostPart],
    rest: Sequence[Part],
    group: Sequence[Part],
    *,
    alike: bool = True,
) -> list[PostPart] | None:
    """The posts together with the parts of a group, where those are posts too and stand in them beside their words."""
    whole = [post.part for post in posts]
    if not all(_outer(whole, group)):
        return None
    own = post_parts(index, marks, whole, (*group, *rest), alike=alike)
    known = {post.part: post for post in own}
    outer = _outer([post.part for post in own], group)
    if len(own) < len(whole) or not all(
        around and _is_beside_words(index, part, known[around]) for part, around in zip(group, outer, strict=True)
    ):
        return None
    lesser = post_parts(index, marks, group, (*whole, *rest))
    if not lesser or not all(post.named and post.mark and post.bodies for post in lesser):
        return None
    return sorted((*own, *lesser), key=lambda post: (post.part.start, -post.part.end))


def _outer(whole: Sequence[Part], group: Sequence[Part]) -> list[Part | None]:
    """Of each part of a group, the innermost of some others that holds it."""
    known = set(whole)
    every = sorted({*whole, *group}, key=lambda part: (part.start, -part.end))
    around = nested(every)
    found: dict[Part, Part | None] = {}
    for number, part in enumerate(every):
        outer = around[number]
        above = every[outer] if outer is not None else None
        found[part] = above if above is None or above in known else found[above]
    return [None if part in known else found[part] for part in group]


def _is_beside_words(index: PageIndex, part: Part, post: PostPart) -> bool:
    """Whether a part in a post stands neither in its words nor around them, its name or its time."""
    own = [*post.bodies, *([post.mark.holder] if post.mark else []), *([post.named.number] if post.named else [])]
    return not post.loose and not any(
        each <= part.start < index.ends[each] or part.start <= each < part.end for each in own
    )
