"""A discussion as its item's page shows it: its posts in order, each under what it answers, with what is claimed in it.

Posts are shown by their first words and by what pages rest on, not whole: the whole stands where it was written.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.publish.library import ItemView
from pipeline.records.claims import Claim
from pipeline.records.posts import Post
from pipeline.text import opening, short_hash

_OPENING_WORDS = 40
_DEEPEST = 5  # steps that replies are indented; deeper ones stay there
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")


class ShownClaim(NamedTuple):
    """A claim of a post, or a sentence of it that pages cite alone (`is_claim` False). `also` are other ids that pages
    lead to: what the same claim was called in earlier readings, and sentences cited alone that its quotations have.
    `is_earlier` says that the post said so before it was edited."""

    claim: Claim
    also: tuple[str, ...] = ()
    is_claim: bool = True
    is_earlier: bool = False


class ShownPost(NamedTuple):
    """A post on its discussion's page. `depth` is how far it is indented; `answers` is the post it answers, or quotes;
    `told` is what it claims and what is cited of it, in its order; `words` are its first ones, where there is nothing
    of that."""

    post: Post
    anchor: str
    depth: int
    answers: "ShownPost | None"
    told: tuple[ShownClaim, ...]
    words: str


def anchor_of(post: str) -> str:
    """The id of a post's place on its discussion's page."""
    return f"post-{post}" if _PLAIN_ID.fullmatch(post) else f"post-{short_hash(post)}"


def shown_posts(view: ItemView) -> tuple[ShownPost, ...]:
    """The posts of a discussion in reading order. A reply is indented under what it answers where it follows it or
    others that do."""
    claims, cited = _by_post(view.claims), _by_post(view.cited)
    newest = view.extraction.snapshot if view.extraction else ""
    shown: dict[str, ShownPost] = {}
    above: list[str] = []  # the posts that the next one may be indented under, outermost first
    for post in view.posts:
        above = above[: above.index(post.answers) + 1] if post.answers in above else []
        own = view.text[post.start : post.end]
        told = _in_order(
            _with_sentences(_each_once(claims.get(post.id, ()), newest), _each_once(cited.get(post.id, ()), newest)),
            own,
        )
        answered = post.answers or next((quote.of for quote in post.quotes if quote.of), None)
        shown[post.id] = ShownPost(
            post=post,
            anchor=anchor_of(post.id),
            depth=min(len(above), _DEEPEST),
            answers=shown.get(answered or ""),
            told=told,
            words="" if told else opening(own, _OPENING_WORDS),
        )
        above.append(post.id)
    return tuple(shown.values())


def _by_post(claims: Iterable[Claim]) -> dict[str | None, list[Claim]]:
    grouped: dict[str | None, list[Claim]] = {}
    for claim in claims:
        grouped.setdefault(claim.post, []).append(claim)
    return grouped


def _each_once(claims: Sequence[Claim], newest: str) -> tuple[ShownClaim, ...]:
    """The claims of one post, newest reading first, each once however often the post was carried over."""
    found: dict[tuple[str, ...], list[Claim]] = {}
    for claim in claims:
        found.setdefault((claim.statement, *(quotation.text for quotation in claim.quotations)), []).append(claim)
    return tuple(
        ShownClaim(same[0], tuple(claim.id for claim in same[1:]), is_earlier=same[0].snapshot != newest)
        for same in found.values()
    )


def _with_sentences(claims: Sequence[ShownClaim], cited: Sequence[ShownClaim]) -> list[ShownClaim]:
    """The claims, each with the cited sentences that it quotes, and the sentences that none of them does."""
    shown = list(claims)
    for each in cited:
        words = each.claim.statement
        place = next((n for n, told in enumerate(claims) if any(words in q.text for q in told.claim.quotations)), None)
        if place is None:
            shown.append(each._replace(is_claim=False, is_earlier=False))
        else:
            shown[place] = shown[place]._replace(also=(*shown[place].also, each.claim.id, *each.also))
    return shown


def _in_order(told: Sequence[ShownClaim], words: str) -> tuple[ShownClaim, ...]:
    """What is told of a post, as the post has it; what it does not have any more comes last."""

    def place(each: ShownClaim) -> tuple[bool, int]:
        at = words.find(each.claim.quotations[0].text)
        return at < 0, at

    return tuple(sorted((each._replace(is_earlier=each.is_earlier and place(each)[0]) for each in told), key=place))
