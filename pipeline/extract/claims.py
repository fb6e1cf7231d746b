"""Turns the model's answer about an article into claims.

The model names sentence numbers; the quotations are cut from the snapshot here, so they are exact by construction.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.extract.question import AnswerPart, ClaimAnswer
from pipeline.records.claims import Claim, Extraction, Quotation
from pipeline.records.dates import Span, partial_date
from pipeline.records.items import Item, Snapshot
from pipeline.text import fold, one_line, short_hash
from pipeline.verify.claims import check_claim


def extraction_of(parts: Sequence[AnswerPart], item: Item, snapshot: Snapshot) -> Extraction:
    """The answers about all parts of a text as one record. A claim is dropped, and counted by its reason, where it
    names a sentence that was not shown or says what its article does not. An author is left out where the article does
    not have the name."""
    first = parts[0].answer
    keys = tuple(part.key for part in parts)
    claims: list[Claim] = []
    dropped: Counter[str] = Counter()
    for part in parts:
        for position, answer in enumerate(part.answer.claims):
            claim = _claim(answer, f"{part.key} {position}", item, snapshot, frozenset(part.numbers))
            checked = check_claim(claim, item, snapshot) if claim else None
            if checked is None or checked.fault:
                dropped[(checked and checked.fault) or "sentences do not exist"] += 1
            else:
                claims.append(checked.claim)
    all_numbers = frozenset(number for part in parts for number in part.numbers)
    key_sentences = all_numbers.intersection(number for part in parts for number in part.answer.key_quotations)
    return Extraction(
        id="e" + short_hash(snapshot.id, *keys),
        snapshot=snapshot.id,
        keys=keys,
        summary=one_line(first.summary),
        genre=first.form,
        author=_author_in_text(first.author, snapshot),
        topics=tuple(dict.fromkeys(_tag(topic) for topic in first.topics if _tag(topic))),
        claims=tuple(claims),
        key_quotations=quotations(snapshot, key_sentences),
        heard_only_through_others=_names(name for part in parts for name in part.answer.heard_only_through_others),
        works_described=_names(name for part in parts for name in part.answer.works_described),
        dropped=dict(sorted(dropped.items())),
    )


def _claim(answer: ClaimAnswer, seed: str, item: Item, snapshot: Snapshot, numbers: frozenset[int]) -> Claim | None:
    """The claim with the sentences it names as quotations; None where it has no statement, names no sentence, or names
    one that is not among `numbers`. Its id is made from `seed`, the reply's key and the claim's position in it."""
    statement = one_line(answer.statement)
    if not statement or not answer.sentences or not numbers.issuperset(answer.sentences):
        return None
    return Claim(
        id="c" + short_hash(snapshot.id, seed),
        item=item.id,
        snapshot=snapshot.id,
        statement=statement,
        kind=answer.kind,
        speaker=_name(answer.speaker),
        occurred=Span(start=partial_date(answer.occurred.start), end=partial_date(answer.occurred.end)),
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


def _author_in_text(author: str | None, snapshot: Snapshot) -> str | None:
    """`author`, if the article has the name."""
    name = _name(author)
    text = fold(snapshot.text).casefold()
    return name if name and fold(name).casefold() in text else None


def _name(name: str | None) -> str | None:
    return (one_line(name) or None) if name else None


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(name) for name in names if one_line(name)))


def _tag(topic: str) -> str:
    return "-".join("".join(char if char.isalnum() else " " for char in topic.casefold()).split())
