"""An article becomes claims, each naming the sentences it rests on.

The model names sentence numbers; the quotations are cut from the snapshot here, so they are exact by construction.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.prompts import Rendered, prompt
from pipeline.read.folding import fold
from pipeline.records.claims import Claim, Extraction, Quotation
from pipeline.records.dates import Span, partial_date
from pipeline.records.items import Item, Snapshot, one_line, short_hash


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OccurredAnswer(_Form):
    start: str | None
    end: str | None


class ClaimAnswer(_Form):
    statement: str
    kind: Literal["fact", "argument", "prediction", "question", "proposal"]
    speaker: str | None
    occurred: OccurredAnswer
    sentences: list[int]


class ArticleAnswer(_Form):
    """What the model is asked to give for one article."""

    summary: str
    author: str | None
    topics: list[str]
    claims: list[ClaimAnswer]
    key_quotations: list[int]
    heard_only_through_others: list[str]
    works_described: list[str]


def question(item: Item, snapshot: Snapshot, numbers: Iterable[int]) -> Rendered:
    """The extraction prompt for one snapshot, showing the sentences in `numbers`.

    The marker around the article is a hash of all of its text: no text can hold its own hash, so no article can
    forge the marker that ends it."""
    shown = set(numbers)
    return prompt("extract").render(
        venue=item.venue,
        title=item.title,
        author=item.author,
        published=item.published,
        evidence=snapshot.evidence,
        marker=short_hash(snapshot.id, snapshot.text),
        sentences=[(s.number, one_line(snapshot.words(s))) for s in snapshot.sentences if s.number in shown],
    )


def extraction_of(
    answer: ArticleAnswer, key: str, item: Item, snapshot: Snapshot, numbers: Iterable[int]
) -> Extraction:
    """The model's answer as records. A claim that names no sentence, or one it was not shown, is dropped and
    counted; an author whose name stands nowhere in the article is not believed."""
    shown = frozenset(numbers)
    claims = []
    for position, claim in enumerate(answer.claims):
        statement = one_line(claim.statement)
        if not statement or not claim.sentences or not shown.issuperset(claim.sentences):
            continue
        claims.append(
            Claim(
                id="c" + short_hash(snapshot.id, key, str(position)),
                item=item.id,
                snapshot=snapshot.id,
                statement=statement,
                kind=claim.kind,
                speaker=_named(claim.speaker),
                occurred=Span(start=partial_date(claim.occurred.start), end=partial_date(claim.occurred.end)),
                evidence=quotations(snapshot, claim.sentences),
            )
        )
    return Extraction(
        id="e" + short_hash(snapshot.id, key),
        snapshot=snapshot.id,
        key=key,
        summary=one_line(answer.summary),
        author=_believed(answer.author, snapshot),
        topics=tuple(dict.fromkeys(_tag(topic) for topic in answer.topics if _tag(topic))),
        claims=tuple(claims),
        key_quotations=quotations(snapshot, shown.intersection(answer.key_quotations)),
        heard_only_through_others=_names(answer.heard_only_through_others),
        works_described=_names(answer.works_described),
        dropped=len(answer.claims) - len(claims),
    )


def quotations(snapshot: Snapshot, numbers: Iterable[int]) -> tuple[Quotation, ...]:
    """The sentences `numbers` cut from the snapshot; neighbours in one paragraph make one quotation."""
    spans: list[tuple[int, int, int]] = []
    by_number = {sentence.number: sentence for sentence in snapshot.sentences}
    for number in sorted(set(numbers)):
        sentence = by_number[number]
        if spans and spans[-1][0] == number - 1 and "\n" not in snapshot.text[spans[-1][2] : sentence.start]:
            spans[-1] = (number, spans[-1][1], sentence.end)
        else:
            spans.append((number, sentence.start, sentence.end))
    return tuple(Quotation(start=start, end=end, text=snapshot.text[start:end]) for _, start, end in spans)


def _believed(author: str | None, snapshot: Snapshot) -> str | None:
    name = _named(author)
    text = fold(snapshot.text).casefold()
    return name if name and fold(name).casefold() in text else None


def _named(name: str | None) -> str | None:
    return (one_line(name) or None) if name else None


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(name) for name in names if one_line(name)))


def _tag(topic: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in topic.casefold()).split())
