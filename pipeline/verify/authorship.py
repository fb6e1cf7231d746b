"""Who wrote which sentence of a discussion, and which sentences only repeat another poster's words.

A post quotes what it answers. Those words are evidence of what the other has said, and where the other said them; in
the quoting post they prove nothing, and a post that puts words into another's mouth proves nothing of the other. So no
claim and no page rests on them. What a post quotes from outside the discussion is its evidence like any other.
"""

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipeline.records.items import Snapshot
from pipeline.records.posts import Post, QuotedLines
from pipeline.text import short_hash

_ID_LENGTH = 16  # hexadecimal digits of a snapshot's id


class Authorship:
    """The posts of a snapshot, sentence by sentence. `post_of` has the post of each sentence by its number; `repeated`
    are the numbers of those that are another poster's words; `quoted` has the quotation that a sentence stands in."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.post_of: dict[int, Post] = {}
        self.quoted: dict[int, QuotedLines] = {}
        written = [post for post in snapshot.posts if post.end > post.start]
        starts = [post.start for post in written]
        for span in snapshot.sentences:
            place = bisect_right(starts, span.start) - 1
            if place >= 0 and span.end <= written[place].end:
                self.post_of[span.number] = written[place]
                quote = next((q for q in written[place].quotes if q.start <= span.start and span.end <= q.end), None)
                if quote:
                    self.quoted[span.number] = quote
        posters = {name.casefold() for post in snapshot.posts for name in (post.author, post.handle) if name}
        self.repeated = frozenset(
            number for number, quote in self.quoted.items() if quote.of or (quote.name or "").casefold() in posters
        )


def snapshot_id(item: str, text: str, posts: Sequence[Post]) -> str:
    """The id of a snapshot: a hash of its item, its text and who wrote what of it."""
    kept = {"id", "author", "handle", "answers", "withdrawn", "start", "end"}
    written = [json.dumps(post.model_dump(include=kept), sort_keys=True) for post in posts]
    return short_hash(item, text, *written, length=_ID_LENGTH)


def counts(posts: Sequence[Post]) -> Mapping[str, int]:
    """How many posts each person wrote that can be read, the busiest first."""
    return dict(Counter(post.name for post in posts if post.end > post.start).most_common())


def who_answered(snapshot: Snapshot) -> Mapping[tuple[str, str], int]:
    """How often each person answered each other, the most frequent first: by what a post replies to, whom it quotes,
    and whom it addresses by name."""
    by_id = {post.id: post for post in snapshot.posts}
    called = {name.casefold(): post.name for post in snapshot.posts for name in (post.handle, post.name) if name}
    addressing = _addressing(called)
    pairs: Counter[tuple[str, str]] = Counter()
    for post in snapshot.posts:
        words = snapshot.text[post.start : post.end]
        if not words:
            continue
        answered = {post.answers, *(quote.of for quote in post.quotes)} - {None}
        names = {by_id[each].name for each in answered if each in by_id}
        names |= {called[(one or other).casefold()] for one, other in addressing.findall(words)}
        pairs.update((post.name, name) for name in names if name != post.name)
    return dict(sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0])))


def _addressing(names: Iterable[str]) -> re.Pattern[str]:
    """How somebody is addressed: "@handle", or a name with a comma behind it at the beginning of a sentence."""
    called = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?:(?<=[.!?:] )|^)({called})(?=, )|(?<!\w)@({called})(?!\w)", re.IGNORECASE | re.MULTILINE)
