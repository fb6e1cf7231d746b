"""An article becomes claims, each naming the sentences it rests on.

The model names sentence numbers; the quotations are cut from the snapshot here, so they are exact by construction.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.read.folding import fold
from pipeline.read.suspicion import addresses_a_model
from pipeline.records.claims import Claim, Extraction, Form, Quotation
from pipeline.records.dates import Span, partial_date
from pipeline.records.items import Item, Snapshot, one_line, short_hash
from pipeline.tokens import count_tokens
from pipeline.verify.claims import check_claim

_FEWEST_SENTENCES = 3  # in one part of an article that was too long
_SHORT = 500  # tokens: below it the instructions, about 1,300, are most of a question
_MOST_TOGETHER = 4


class OccurredAnswer(AnswerForm):
    start: str | None
    end: str | None


class ClaimAnswer(AnswerForm):
    statement: str
    kind: Literal["fact", "argument", "prediction", "question", "proposal"]
    speaker: str | None
    occurred: OccurredAnswer
    sentences: list[int]


class ArticleAnswer(AnswerForm):
    """What the model is asked to give for one article."""

    summary: str
    form: Form
    author: str | None
    topics: list[str]
    claims: list[ClaimAnswer]
    key_quotations: list[int]
    heard_only_through_others: list[str]
    works_described: list[str]


class ArticlesAnswer(AnswerForm):
    """What it is asked to give for several short articles: the same for each."""

    articles: list[ArticleAnswer]


class Part(NamedTuple):
    """The answer about some of an article's sentences: all of them, unless it was too long for one question."""

    answer: ArticleAnswer
    key: str
    numbers: tuple[int, ...]


class Work(NamedTuple):
    """A text to be extracted, the numbers of its own sentences, and the host it came from."""

    item: Item
    snapshot: Snapshot
    numbers: tuple[int, ...]
    host: str


def question(works: Sequence[Work]) -> Rendered:
    """The extraction prompt for one text, or for several short ones whose sentence numbers run on.

    The marker around an article is a hash of all of its text: no text can hold its own hash, so no article can
    forge the marker that ends it."""
    articles = [
        {
            "venue": work.item.venue,
            "title": work.item.title,
            "author": work.item.author,
            "published": work.item.published,
            "evidence": work.snapshot.evidence,
            "marker": short_hash(work.snapshot.id, work.snapshot.text),
            "sentences": [
                (s.number + before, one_line(work.snapshot.words(s)))
                for s in work.snapshot.sentences
                if s.number in set(work.numbers)
            ],
        }
        for work, before in zip(works, _numbers_before(works), strict=True)
    ]
    return prompt("extract").render(articles=articles)


def _numbers_before(works: Sequence[Work]) -> list[int]:
    """For each text, how many sentence numbers those before it take."""
    return [sum(len(work.snapshot.sentences) for work in works[:position]) for position in range(len(works))]


def in_questions(works: Sequence[Work]) -> list[list[Work]]:
    """`works` as they are asked about: short ones of one host up to four together, in their order; all others alone.
    Only of one host, because what shares a question can, with a model that obeys it, speak for its neighbours: a host
    speaks for all its pages anyway. A text that addresses language models shares no question at all."""
    alone: list[Work] = []
    short: dict[str, list[Work]] = {}
    for work in works:
        if _is_short(work) and not addresses_a_model(work.snapshot.text):
            short.setdefault(work.host, []).append(work)
        else:
            alone.append(work)
    together = [of[at : at + _MOST_TOGETHER] for of in short.values() for at in range(0, len(of), _MOST_TOGETHER)]
    return [*([work] for work in alone), *together]


def _is_short(work: Work) -> bool:
    shown = set(work.numbers)
    words = [work.snapshot.words(s) for s in work.snapshot.sentences if s.number in shown]
    return count_tokens(" ".join(words)) <= _SHORT


def parts_of(answer: ArticlesAnswer, key: str, works: Sequence[Work]) -> list[Part] | None:
    """The answer about each of several texts, sentence numbers counted in each again; None where it does not have
    one for each."""
    if len(answer.articles) != len(works):
        return None
    return [
        Part(_shifted(found, before), key, work.numbers)
        for found, work, before in zip(answer.articles, works, _numbers_before(works), strict=True)
    ]


def _shifted(answer: ArticleAnswer, before: int) -> ArticleAnswer:
    claims = [c.model_copy(update={"sentences": [n - before for n in c.sentences]}) for c in answer.claims]
    return answer.model_copy(update={"claims": claims, "key_quotations": [n - before for n in answer.key_quotations]})


def halves(numbers: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The sentences in two parts, for a question that was too long; None where there is too little to divide."""
    middle = len(numbers) // 2
    return (numbers[:middle], numbers[middle:]) if middle >= _FEWEST_SENTENCES else None


def extraction_of(parts: Sequence[Part], item: Item, snapshot: Snapshot) -> Extraction:
    """The model's answers as records. A claim is dropped, and counted by the reason, where it names no sentence it
    was shown or says what its article does not; an author whose name stands nowhere in the article is not believed."""
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
    shown = frozenset(number for part in parts for number in part.numbers)
    key_sentences = shown.intersection(number for part in parts for number in part.answer.key_quotations)
    return Extraction(
        id="e" + short_hash(snapshot.id, *keys),
        snapshot=snapshot.id,
        keys=keys,
        summary=one_line(first.summary),
        form=first.form,
        author=_believed(first.author, snapshot),
        topics=tuple(dict.fromkeys(_tag(topic) for topic in first.topics if _tag(topic))),
        claims=tuple(claims),
        key_quotations=quotations(snapshot, key_sentences),
        heard_only_through_others=_names(n for part in parts for n in part.answer.heard_only_through_others),
        works_described=_names(name for part in parts for name in part.answer.works_described),
        dropped=dict(sorted(dropped.items())),
    )


def _claim(answer: ClaimAnswer, at: str, item: Item, snapshot: Snapshot, shown: frozenset[int]) -> Claim | None:
    statement = one_line(answer.statement)
    if not statement or not answer.sentences or not shown.issuperset(answer.sentences):
        return None
    return Claim(
        id="c" + short_hash(snapshot.id, at),
        item=item.id,
        snapshot=snapshot.id,
        statement=statement,
        kind=answer.kind,
        speaker=_named(answer.speaker),
        occurred=Span(start=partial_date(answer.occurred.start), end=partial_date(answer.occurred.end)),
        evidence=quotations(snapshot, answer.sentences),
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
