"""Sources as questions show them: who speaks where, then sentences, each under an id that holds for one question.

An id is SOURCE.SENTENCE, such as 3.45: the source's number in this question, and the sentence's own number in its text.
A model names ids and nothing else; code turns them back into words and places.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.records.claims import CastMember, Claim, Extraction
from pipeline.records.dates import partial_date
from pipeline.records.items import Item, Snapshot
from pipeline.records.posts import Post
from pipeline.text import one_line
from pipeline.verify.authorship import Authorship, counts, who_answered
from pipeline.verify.suspicion import addresses_a_model

_GAP = (None, "...")  # stands for sentences that are left out
_HEAD_WITHIN = 8  # sentences: a longer list is read without its head; chosen, not measured
_LONGEST_HEADING = 80  # characters
_MOST_PAIRS = 12  # of people who answered one another that a heading names


class NumberedSource(NamedTuple):
    """One text under its number. `shown` are the numbers of the sentences that the question shows; `kind` says what
    kind of piece it is and how far it has got; `is_new` that the page does not know it yet."""

    number: int
    item: Item
    snapshot: Snapshot
    cast: Sequence[CastMember]
    kind: str
    shown: Sequence[int]
    is_new: bool = True

    def entry(self) -> dict[str, object]:
        """The source as a prompt's template takes it."""
        return {
            "number": self.number,
            "heading": self.heading,
            "cast": "; ".join(_line(figure, self.snapshot) for figure in self.cast if figure.part != "named")
            + _who_takes_part(self.snapshot),
            "sentences": self._sentences(),
            "new": self.is_new,
        }

    @property
    def heading(self) -> str:
        """Venue, author, date, title and kind; of a discussion who began it, and when it begins and ends."""
        item = self.item
        author = f"begun by {item.author}" if self.snapshot.posts and item.author else item.author
        last = max((partial_date(post.time) or "" for post in self.snapshot.posts), default="")
        dates = f"{item.published or 'undated'}{f' to {last}' if last and last != item.published else ''}"
        names = " / ".join(name for name in (item.venue, author, dates) if name)
        return f"{names}: {item.title}{f' ({self.kind})' if self.kind else ''}"

    def words(self, number: int) -> str:
        """The sentence of this number, on one line."""
        return one_line(self.snapshot.text_of(self.snapshot.sentences[number - 1]))

    def _sentences(self) -> list[tuple[str | None, str]]:
        lines: list[tuple[str | None, str]] = []
        posts = {post.id: post for post in self.snapshot.posts}
        post_of = Authorship(self.snapshot).post_of if posts else {}
        previous = 0
        for number in self.shown:
            post = post_of.get(number)
            if post and (not previous or post_of.get(previous) is not post):
                lines.append((None, _above(post, posts)))
            elif previous and number != previous + 1:
                lines.append(_GAP)
            lines.append((f"{self.number}.{number}", self.words(number)))
            previous = number
        return lines


def _line(figure: CastMember, snapshot: Snapshot) -> str:
    also = f" (also {', '.join(figure.also)})" if figure.also else ""
    role = f", {figure.role}" if figure.role else ""
    author = ", a poster" if snapshot.posts else ", its author"
    return f"{figure.name}{also}{role}{author if figure.part == 'author' else ''}"


def _above(post: Post, posts: Mapping[str, Post]) -> str:
    """The line above the sentences of a post."""
    answered = posts.get(post.answers or "")
    day = partial_date(post.time) or "undated"
    return f"--- {post.name}, {day}{f', in answer to {answered.name}' if answered else ''}:"


def _who_takes_part(snapshot: Snapshot) -> str:
    """Who wrote how much of a discussion, who answered whom and whom nobody answered, in one sentence each; "" where
    there are no posts."""
    if not snapshot.posts:
        return ""
    written, answers = counts(snapshot.posts), who_answered(snapshot)
    loudest, most = next(iter(written.items()), ("", 0))
    pairs = [f"{one} answered {other}{f' {n} times' if n > 1 else ''}" for (one, other), n in answers.items()]
    heard = {other for _, other in answers}
    silent = [name for name in written if name not in heard]
    said = [
        f"{sum(written.values())} posts by {len(written)} people; {loudest} wrote {most} of them",
        "; ".join(pairs[:_MOST_PAIRS]) + ("; and others" if len(pairs) > _MOST_PAIRS else ""),
        f"nobody here answered {', '.join(silent[:_MOST_PAIRS])}{' and others' if len(silent) > _MOST_PAIRS else ''}"
        if silent
        else "",
    ]
    return f". {'. '.join(part for part in said if part)}."


def sentence_numbers(claim: Claim, snapshot: Snapshot) -> tuple[int, ...]:
    """The numbers of the sentences of `snapshot` that the claim's quotations consist of."""
    quoted = [(quotation.start, quotation.end) for quotation in claim.quotations]
    first, last = min((start for start, _ in quoted), default=0), max((end for _, end in quoted), default=0)
    return tuple(
        span.number
        for span in snapshot.sentences
        if first <= span.start
        and span.end <= last
        and any(start <= span.start and span.end <= end for start, end in quoted)
    )


def with_neighbours(numbers: Iterable[int], allowed: Collection[int]) -> list[int]:
    """`numbers` and those beside each, of those `allowed`."""
    return sorted({near for number in numbers for near in (number - 1, number, number + 1)} & set(allowed))


def with_surroundings(source: NumberedSource, numbers: Iterable[int]) -> list[int]:
    """`numbers`, those beside each, and above each the nearest heading or head of a list, of those the source shows."""
    numbers = set(numbers)
    heads = (_head_above(source, number) for number in numbers)
    return sorted({*with_neighbours(numbers, source.shown), *({head for head in heads if head} & set(source.shown))})


def _head_above(source: NumberedSource, number: int) -> int | None:
    """The nearest sentence above that ends in a colon, or is short and ends in no mark at all."""
    for above in range(number - 1, max(0, number - 1 - _HEAD_WITHIN), -1):
        words = source.words(above)
        if words.endswith((":", "：")) or (len(words) <= _LONGEST_HEADING and words[-1:].isalnum()):
            return above
    return None


def names_of_claims(claims: Mapping[str, Claim], sources: Sequence[NumberedSource]) -> dict[str, tuple[str, ...]]:
    """For each claim whose text is among `sources`, the ids of the sentences it consists of."""
    source_of = {source.snapshot.id: source for source in sources}
    return {
        claim_id: tuple(f"{source.number}.{number}" for number in sentence_numbers(claim, source.snapshot))
        for claim_id, claim in claims.items()
        if (source := source_of.get(claim.snapshot))
    }


def readable(snapshot: Snapshot, extraction: Extraction | None) -> list[int]:
    """The numbers of the sentences that a page may be written from: without the site's furniture, and without those
    that address a model instead of readers."""
    left_out = set(extraction.left_out) if extraction and extraction.snapshot == snapshot.id else set()
    left_out |= Authorship(snapshot).repeated if snapshot.posts else set()
    return [
        span.number
        for span in snapshot.sentences
        if span.number not in left_out and not addresses_a_model(snapshot.text_of(span))
    ]


def numbered(number: int, item: Item, snapshot: Snapshot, extraction: Extraction | None) -> NumberedSource:
    """A text under a number, with all its readable sentences. `extraction` is the last of its item, which may be of a
    later edition."""
    is_earlier = extraction is not None and extraction.snapshot != snapshot.id
    parts = (extraction.genre, extraction.status, "an earlier edition" if is_earlier else "") if extraction else ()
    kind = "; ".join(part for part in parts if part)
    cast = extraction.cast if extraction else ()
    return NumberedSource(number, item, snapshot, cast, kind, readable(snapshot, extraction))


def texts_of(
    snapshots: Iterable[Snapshot], items: Mapping[str, Item], extractions: Mapping[str, Extraction]
) -> list[NumberedSource]:
    """Texts that a page cites with all their readable sentences, oldest first. A text and its later edition are two
    sources. `items` and `extractions` are by item id."""
    oldest_first = sorted(
        snapshots, key=lambda text: (items[text.item].published or "9999", text.item, text.read_at, text.id)
    )
    return [
        numbered(number, items[text.item], text, extractions.get(text.item))._replace(is_new=False)
        for number, text in enumerate(oldest_first, 1)
    ]
