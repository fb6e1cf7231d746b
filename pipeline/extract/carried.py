"""What was taken out of a discussion before, in the discussion as it stands now: no post is read twice that has not
changed."""

from typing import NamedTuple

from pipeline.records.claims import Claim, Extraction, Quotation
from pipeline.records.items import Snapshot
from pipeline.records.posts import Post
from pipeline.text import short_hash


class Carried(NamedTuple):
    """The posts that were read before and say the same, by id, each with the digest of its words; and what was taken
    out of them, at its places in the text as it is now."""

    posts: dict[str, str]
    claims: tuple[Claim, ...] = ()
    key_quotations: tuple[Quotation, ...] = ()


NOTHING = Carried({})


def digest_of(snapshot: Snapshot, post: Post) -> str:
    """A digest of what a post says, and in whose name."""
    return short_hash(post.name, snapshot.text[post.start : post.end])


def carried(snapshot: Snapshot, earlier: Extraction, before: Snapshot) -> Carried:
    """What of `earlier`, an extraction of the snapshot `before`, holds in `snapshot`."""
    here = {post.id: post for post in snapshot.posts}
    there = {post.id: post for post in before.posts}
    same = {
        post: digest
        for post, digest in earlier.posts.items()
        if post in here and post in there and digest_of(snapshot, here[post]) == digest
    }
    shift = {post: here[post].start - there[post].start for post in same}
    claims = tuple(
        _moved(claim, snapshot, shift[claim.post]) for claim in earlier.claims if claim.post in same and claim.post
    )
    keys = tuple(
        _shifted(quotation, shift[post])
        for quotation in earlier.key_quotations
        for post in same
        if there[post].start <= quotation.start and quotation.end <= there[post].end
    )
    return Carried(same, claims, keys)


def _moved(claim: Claim, snapshot: Snapshot, shift: int) -> Claim:
    quotations = tuple(_shifted(quotation, shift) for quotation in claim.quotations)
    claim_id = "c" + short_hash(snapshot.id, claim.id)
    return claim.model_copy(update={"id": claim_id, "snapshot": snapshot.id, "quotations": quotations})


def _shifted(quotation: Quotation, shift: int) -> Quotation:
    return quotation.model_copy(update={"start": quotation.start + shift, "end": quotation.end + shift})
