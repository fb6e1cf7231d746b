"""The question about one article, or about several short ones, and the form of its answer."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.model.tokens import count_tokens
from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.claims import Genre
from pipeline.records.items import Item, Snapshot
from pipeline.text import one_line, short_hash
from pipeline.verify.suspicion import addresses_a_model

_FEWEST_SENTENCES = 3  # in one half of an article that was too long; chosen, not measured
_SHORT_TOKENS = 500  # of a text: below it the instructions, about 1,300, are most of a question
_MOST_TOGETHER = 4  # texts in one question; chosen, not measured


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
    form: Genre
    author: str | None
    topics: list[str]
    claims: list[ClaimAnswer]
    key_quotations: list[int]
    heard_only_through_others: list[str]
    works_described: list[str]


class ArticlesAnswer(AnswerForm):
    """What it is asked to give for several short articles: the same for each."""

    articles: list[ArticleAnswer]


class AnswerPart(NamedTuple):
    """The answer about the sentences `numbers` of an article: all of them, unless it was too long for one question.
    `key` is the reply's."""

    answer: ArticleAnswer
    key: str
    numbers: tuple[int, ...]


class SourceText(NamedTuple):
    """A text to extract from. `numbers` are its own sentences, without its site's furniture."""

    item: Item
    snapshot: Snapshot
    numbers: tuple[int, ...]
    host: str


def question(texts: Sequence[SourceText]) -> RenderedPrompt:
    """The extraction prompt for one text, or for several short ones whose sentences are numbered consecutively.

    The marker around an article is a hash of all of its text: no text can hold its own hash, so no article can
    forge the marker that ends it."""
    articles = [
        {
            "venue": text.item.venue,
            "title": text.item.title,
            "author": text.item.author,
            "published": text.item.published,
            "evidence": text.snapshot.extent,
            "marker": short_hash(text.snapshot.id, text.snapshot.text),
            "sentences": [
                (span.number + offset, one_line(text.snapshot.text_of(span)))
                for span in text.snapshot.sentences
                if span.number in set(text.numbers)
            ],
        }
        for text, offset in zip(texts, _number_offsets(texts), strict=True)
    ]
    return prompt("extract").render(articles=articles)


def _number_offsets(texts: Sequence[SourceText]) -> list[int]:
    """For each text, how many sentence numbers the texts before it take."""
    return [sum(len(text.snapshot.sentences) for text in texts[:position]) for position in range(len(texts))]


def question_groups(texts: Sequence[SourceText]) -> list[list[SourceText]]:
    """`texts` as they are asked about: short ones of one host up to four together, in their order; all others alone.
    Only of one host, because texts that share a question can, with a model that obeys them, speak for each other: a
    host speaks for all its pages anyway. A text that addresses language models shares no question at all."""
    alone: list[SourceText] = []
    short_of_host: dict[str, list[SourceText]] = {}
    for text in texts:
        if _is_short(text) and not addresses_a_model(text.snapshot.text):
            short_of_host.setdefault(text.host, []).append(text)
        else:
            alone.append(text)
    together = [
        short[start : start + _MOST_TOGETHER]
        for short in short_of_host.values()
        for start in range(0, len(short), _MOST_TOGETHER)
    ]
    return [*([text] for text in alone), *together]


def _is_short(text: SourceText) -> bool:
    numbers = set(text.numbers)
    sentences = [text.snapshot.text_of(span) for span in text.snapshot.sentences if span.number in numbers]
    return count_tokens(" ".join(sentences)) <= _SHORT_TOKENS


def parts_of(answer: ArticlesAnswer, key: str, texts: Sequence[SourceText]) -> list[AnswerPart] | None:
    """The answer about each of several texts, with the numbers of its own sentences again; None where the answer does
    not have one article for each text."""
    if len(answer.articles) != len(texts):
        return None
    return [
        AnswerPart(_renumbered(article, offset), key, text.numbers)
        for article, text, offset in zip(answer.articles, texts, _number_offsets(texts), strict=True)
    ]


def _renumbered(article: ArticleAnswer, offset: int) -> ArticleAnswer:
    claims = [
        claim.model_copy(update={"sentences": [number - offset for number in claim.sentences]})
        for claim in article.claims
    ]
    key_quotations = [number - offset for number in article.key_quotations]
    return article.model_copy(update={"claims": claims, "key_quotations": key_quotations})


def halves(numbers: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The sentences in two halves, for a question that was too long; None where they are too few to divide."""
    middle = len(numbers) // 2
    return (numbers[:middle], numbers[middle:]) if middle >= _FEWEST_SENTENCES else None
