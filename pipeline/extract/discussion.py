"""Turns answers about the posts of a discussion into claims, and puts them behind those taken out before.

A claim is its post's: its sentences are all of one post, and its speaker is that post's author, unless the post gives
the words of somebody who does not post here. Nothing that a post says can make another speak.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pipeline.extract.carried import digest_of
from pipeline.extract.claims import claim_of, names, quotations, tags
from pipeline.extract.figures import with_figures
from pipeline.extract.question import AnswerPart, ClaimAnswer, FigureAnswer, SourceText
from pipeline.records.claims import CastMember, Claim, Extraction, Loss, Part
from pipeline.records.items import Snapshot
from pipeline.records.posts import Post
from pipeline.text import one_line, short_hash
from pipeline.verify.authorship import Authorship
from pipeline.verify.claims import check_claim, may_be_named
from pipeline.verify.likeness import is_named

_A_POST = re.compile(r"(?:(?:the )?(?:post|poster|author|comment|reply))?(?: ?#?\d+)?", re.IGNORECASE)
"""What a model calls somebody who posts, by place and not by name."""


def discussion_extraction(parts: Sequence[AnswerPart], text: SourceText) -> Extraction:
    """What the answers about posts that were not read before say, and what was taken out of the others before. Without
    answers only the latter: posts were taken back, and none is new."""
    snapshot, earlier, kept = text.snapshot, text.earlier, text.kept
    authorship = Authorship(snapshot)
    cast = _cast(parts, snapshot, earlier, text.language)
    claims: list[Claim] = []
    losses: list[Loss] = []
    figures_lost: list[Loss] = []
    key_sentences: set[int] = set()
    outside = {name for figure in cast if figure.part != "author" for name in (figure.name, *figure.also)}
    for part in parts:
        made: dict[int, Claim] = {}
        for position, answer in enumerate(part.answer.claims):
            claim, fault = _claim(answer, f"{part.key} {position}", part.numbers, text, authorship, cast)
            if claim is None:
                losses.append(Loss(stage="extract", text=one_line(answer.statement), reason=fault, done="dropped"))
                continue
            made[position] = claim
            if position + 1 in part.answer.telling:
                key_sentences.update(answer.sentences)
        # What a post tells of another poster's figure is no figure: that poster's own post has it.
        given = with_figures(made, part.answer.figures, snapshot.language, outside.__contains__)
        claims += given.claims
        figures_lost += given.losses
    first = parts[0].answer if parts else None
    keys = tuple(dict.fromkeys([*(earlier.keys if earlier else ()), *(part.key for part in parts)]))
    read = {post.id: digest_of(snapshot, post) for post in snapshot.posts if post.end > post.start}
    return Extraction(
        id="e" + short_hash(snapshot.id, *keys),
        snapshot=snapshot.id,
        keys=keys,
        summary=one_line(first.summary) if first else earlier.summary if earlier else "",
        genre="forum thread",
        author=None,
        topics=tags([*(first.topics if first else ()), *(earlier.topics if earlier and not first else ())]),
        cast=cast,
        claims=(*kept.claims, *claims),
        key_quotations=(*kept.key_quotations, *quotations(snapshot, key_sentences)),
        heard_only_through_others=tuple(figure.name for figure in cast if figure.part == "reported"),
        works_described=names(
            [*(earlier.works_described if earlier else ()), *(work for part in parts for work in part.answer.works)]
        ),
        dropped=dict(sorted(Counter(loss.reason for loss in losses).items())),
        losses=(*losses, *figures_lost),
        language=text.language,
        posts=read,
    )


def _claim(
    answer: ClaimAnswer,
    seed: str,
    numbers: Iterable[int],
    text: SourceText,
    authorship: Authorship,
    cast: Sequence[CastMember],
) -> tuple[Claim | None, str]:
    """The claim of one post, or None and why there is none."""
    snapshot = text.snapshot
    claim = claim_of(answer, seed, text.item, snapshot, frozenset(numbers))
    if claim is None:
        return None, "sentences do not exist"
    post = _post_of(answer.sentences, authorship)
    if post is None:
        return None, "sentences of two posts"
    own = tuple(span for span in snapshot.sentences if authorship.post_of.get(span.number) is post)
    of_post = snapshot.model_copy(update={"sentences": own})
    checked = check_claim(_by_author(claim, post, snapshot, cast), text.item, of_post, cast, text.language)
    return (None, checked.fault) if checked.fault else (checked.claim, "")


def _post_of(numbers: Sequence[int], authorship: Authorship) -> Post | None:
    """The one post that all these sentences are of."""
    posts = {post.id: post for number in numbers if (post := authorship.post_of.get(number))}
    return next(iter(posts.values())) if len(posts) == 1 else None


def _by_author(claim: Claim, post: Post, snapshot: Snapshot, cast: Sequence[CastMember]) -> Claim:
    """The claim in the name of the post's author, or of somebody from outside whom the post names, by this name or by
    another that the cast has for them."""
    posters = {name.casefold() for each in snapshot.posts for name in (each.author, each.handle) if name}
    named = claim.speaker or ""
    may_be = named.casefold() not in posters and not _A_POST.fullmatch(named)
    entries = [(figure.name, *figure.also) for figure in cast if figure.part != "author"]
    known_as = {named, *(name for names in entries if named in names for name in names)}
    said = snapshot.text[post.start : post.end]
    speaker = named if named and may_be and any(is_named(name, said) for name in known_as) else post.name
    return claim.model_copy(update={"speaker": speaker, "post": post.id, "posted": post.time})


def _cast(
    parts: Sequence[AnswerPart], snapshot: Snapshot, earlier: Extraction | None, language: str
) -> tuple[CastMember, ...]:
    """Everybody who posts, then everybody whom the posts name. A poster's other name counts where one of their own
    posts has it and no other poster goes by it."""
    figures: dict[str, CastMember] = {}
    said: dict[str, str] = {}
    for post in snapshot.posts:
        also: tuple[str, ...] = (post.handle,) if post.handle and post.handle != post.name else ()
        figures.setdefault(post.name.casefold(), CastMember(name=post.name, also=also, part="author"))
        said[post.name.casefold()] = f"{said.get(post.name.casefold(), '')}\n{snapshot.text[post.start : post.end]}"
    by_name = {name.casefold(): key for key, figure in figures.items() for name in (figure.name, *figure.also)}
    told: list[CastMember | FigureAnswer] = list(earlier.cast) if earlier else []
    told += [figure for part in parts for figure in part.answer.cast]
    for figure in told:
        name = one_line(figure.name)
        key = by_name.get(name.casefold())
        if key is not None:
            figures[key] = _known_better(figures[key], figure.also, one_line(figure.role), said[key], by_name)
        elif name and name.casefold() not in figures and may_be_named(name, snapshot.text, snapshot.language, language):
            part: Part = "named" if figure.part == "author" else figure.part
            others = tuple(other for other in names(figure.also) if other.casefold() not in by_name and other != name)
            figures[name.casefold()] = CastMember(name=name, also=others, role=one_line(figure.role), part=part)
    return tuple(figures.values())


def _known_better(
    figure: CastMember, also: Sequence[str], role: str, said: str, posters: Mapping[str, str]
) -> CastMember:
    """A poster with the other names and the role that they give themselves."""
    own = tuple(other for other in names(also) if other.casefold() not in posters and is_named(other, said))
    return figure.model_copy(update={"also": tuple(dict.fromkeys((*figure.also, *own))), "role": figure.role or role})
