"""Turns the model's answer about an article into claims.

The model names sentence numbers; the quotations are cut from the snapshot here, so they are exact by construction.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from pipeline.extract.figures import with_figures
from pipeline.extract.question import AnswerPart, ClaimAnswer
from pipeline.records.claims import CastMember, Claim, Extraction, Loss, Quotation
from pipeline.records.dates import Span, partial_date
from pipeline.records.items import Item, Snapshot
from pipeline.text import fold, one_line, short_hash
from pipeline.verify.claims import check_claim, may_be_named, may_speak

_PARTS = ("author", "quoted", "reported", "named")  # the weightiest first


def extraction_of(parts: Sequence[AnswerPart], item: Item, snapshot: Snapshot, language: str = "en") -> Extraction:
    """The answers about all parts of a text, which state claims in `language`, as one record. A claim is dropped, and
    kept among the losses with its reason, where it names a sentence that was not shown or says what its article does
    not."""
    first = parts[0].answer
    keys = tuple(part.key for part in parts)
    cast = _cast(parts, item, snapshot, language)
    shown = frozenset(number for part in parts for number in part.numbers)
    claims: list[Claim] = []
    losses: list[Loss] = []
    figures_lost: list[Loss] = []
    key_sentences: set[int] = set()
    may_hold = partial(may_speak, item=item, snapshot=snapshot, cast=cast, language=language)
    for part in parts:
        kept: dict[int, Claim] = {}
        for position, answer in enumerate(part.answer.claims):
            claim = claim_of(answer, f"{part.key} {position}", item, snapshot, frozenset(part.numbers))
            checked = check_claim(claim, item, snapshot, cast, language) if claim else None
            if checked is None or checked.fault:
                reason = (checked and checked.fault) or "sentences do not exist"
                losses.append(Loss(stage="extract", text=one_line(answer.statement), reason=reason, done="dropped"))
                continue
            kept[position] = checked.claim
            if position + 1 in part.answer.telling:
                key_sentences.update(answer.sentences)
        given = with_figures(kept, part.answer.figures, snapshot.language, may_hold)
        claims += given.claims
        figures_lost += given.losses
    return Extraction(
        id="e" + short_hash(snapshot.id, *keys),
        snapshot=snapshot.id,
        keys=keys,
        summary=one_line(first.summary),
        genre=first.form,
        status=one_line(first.status),
        author="; ".join(figure.name for figure in cast if figure.part == "author" and _stands_in(figure, snapshot))
        or None,
        topics=tags(first.topics),
        cast=cast,
        claims=tuple(claims),
        key_quotations=quotations(snapshot, key_sentences),
        heard_only_through_others=tuple(figure.name for figure in cast if figure.part == "reported"),
        works_described=names(name for part in parts for name in part.answer.works),
        dropped=dict(sorted(Counter(loss.reason for loss in losses).items())),
        losses=(*losses, *figures_lost),
        language=language,
        left_out=tuple(span.number for span in snapshot.sentences if span.number not in shown),
    )


def _cast(parts: Sequence[AnswerPart], item: Item, snapshot: Snapshot, language: str) -> tuple[CastMember, ...]:
    """Everybody in the article, each once. Somebody in two parts of it has the weightier part of the two. Whoever the
    article does not name at all is left out, unless they wrote it; in another language than `language` that cannot be
    told."""
    article = "\n".join(text for text in (item.title, item.venue, item.author, snapshot.text) if text)
    figures: dict[str, CastMember] = {}
    for answer in (figure for part in parts for figure in part.answer.cast):
        name = one_line(answer.name)
        if not name:
            continue
        also = tuple(other for other in names(answer.also) if other != name)
        figure = CastMember(name=name, also=also, role=one_line(answer.role), part=answer.part)
        is_told_of = any(may_be_named(each, article, snapshot.language, language) for each in (name, *also))
        if figure.part != "author" and not is_told_of:
            continue
        known = figures.get(name.casefold())
        if known is None or _PARTS.index(figure.part) < _PARTS.index(known.part):
            figures[name.casefold()] = figure
    return tuple(figures.values())


def claim_of(answer: ClaimAnswer, seed: str, item: Item, snapshot: Snapshot, numbers: frozenset[int]) -> Claim | None:
    """The claim with the sentences it names as quotations; None where it has no statement, names no sentence, or names
    one that is not among `numbers`. Its id is made from `seed`, the reply's key and the claim's position in it."""
    statement = one_line(answer.statement)
    if not statement or not answer.sentences or not numbers.issuperset(answer.sentences):
        return None
    start, _, end = answer.occurred.partition("/")
    return Claim(
        id="c" + short_hash(snapshot.id, seed),
        item=item.id,
        snapshot=snapshot.id,
        statement=statement,
        kind=answer.kind,
        speaker=one_line(answer.speaker) or None,
        occurred=Span(start=partial_date(start), end=partial_date(end)),
        quotations=quotations(snapshot, answer.sentences),
    )


def quotations(snapshot: Snapshot, numbers: Iterable[int]) -> tuple[Quotation, ...]:
    """The sentences with these numbers, cut from the snapshot; consecutive ones of a paragraph make one quotation."""
    ranges: list[tuple[int, int, int]] = []  # number of the last sentence, start, end
    span_of = {span.number: span for span in snapshot.sentences}
    for number in sorted(set(numbers)):
        span = span_of[number]
        if ranges and ranges[-1][0] == number - 1 and "\n" not in snapshot.text[ranges[-1][2] : span.start]:
            ranges[-1] = (number, ranges[-1][1], span.end)
        else:
            ranges.append((number, span.start, span.end))
    return tuple(Quotation(start=start, end=end, text=snapshot.text[start:end]) for _, start, end in ranges)


def _stands_in(figure: CastMember, snapshot: Snapshot) -> bool:
    """Whether the article has the name letter for letter: only then does it say who wrote it."""
    return fold(figure.name).casefold() in fold(snapshot.text).casefold()


def names(given: Iterable[str]) -> tuple[str, ...]:
    """Names as they are kept: each once, on one line."""
    return tuple(dict.fromkeys(one_line(name) for name in given if one_line(name)))


def tags(topics: Iterable[str]) -> tuple[str, ...]:
    """Topics as they are kept: each once, in kebab-case."""
    return tuple(dict.fromkeys(_tag(topic) for topic in topics if _tag(topic)))


def _tag(topic: str) -> str:
    return "-".join("".join(char if char.isalnum() else " " for char in topic.casefold()).split())
