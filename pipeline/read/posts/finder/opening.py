"""The post that a discussion begins with, where its program builds it unlike the replies: a question over answers."""

import re
from collections.abc import Sequence

from pipeline.read.posts.finder.like_blocks import Marks, Part
from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_parts import PostPart, post_parts

_OPENING = re.compile(
    r"(?:^|[\s_-])(?:item-?discussion|discussion|question|topic-?(?:post|body|start|starter|content)|"
    r"original-?(?:post|message)|"
    r"opening(?:-?post)?|first-?post|op-?post|thread-?(?:start|starter|op|post)|lead-?post)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_TRIED = 8
_FEWEST_WORDS = 4
_SHORT_KIND = 4  # characters of a name that may stand on anything


def opening_of(index: PageIndex, marks: Marks, posts: Sequence[PostPart]) -> Part | None:
    """The part before the posts that is their first one: called so, or of their kind by another element."""
    first = min(post.part.start for post in posts)
    kinds = {kind.partition(".")[2] for post in posts if not post.part.is_run for kind in index.kinds(post.part.start)}
    kinds = {kind for kind in kinds if len(kind) >= _SHORT_KIND and ">" not in kind}
    before = [mark for mark in marks.all if mark.last < first][-_MOST_TRIED:]
    for mark in reversed(before):
        for number in (mark.holder, *index.above(mark.holder)):
            if index.ends[number] > first:
                break
            names = f"{index.elements[number].get('class', '')} {index.elements[number].get('id', '')}"[:300]
            own = {kind.partition(".")[2] for kind in index.kinds(number)}
            if (own & kinds or _OPENING.search(names)) and index.unlinked_of(number) >= _FEWEST_WORDS:
                part = Part(number, index.ends[number])
                if _is_post(index, marks, part, posts):
                    return part
    return None


def _is_post(index: PageIndex, marks: Marks, part: Part, posts: Sequence[PostPart]) -> bool:
    """Whether a part has a name, a time and words as the posts have."""
    opening = post_parts(index, marks, [part, *(post.part for post in posts)])[:1]
    return bool(opening and opening[0].part == part and opening[0].named and opening[0].mark)
