"""The question about one article, or about several short ones, and the form of its answer."""

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.json_schema import SkipJsonSchema

from pipeline.extract.carried import NOTHING, Carried
from pipeline.model.tokens import count_tokens
from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.claims import ClaimKind, Extraction, Genre, Part
from pipeline.records.items import Item, Snapshot
from pipeline.text import one_line, short_hash
from pipeline.text.tags import english_name
from pipeline.verify.suspicion import addresses_a_model

_FEWEST_SENTENCES = 3  # in one half of an article that was too long; chosen, not measured
_SHORT_TOKENS = 500  # of a text: below it the instructions, about 1,700 with the schema, are most of a question
_SHORT_OF_MANY = 1500  # the same where many texts wait: a question is then for what they tell, not for all they say
_MOST_TOGETHER = 4  # texts in one question; chosen, not measured
_MANY_WAIT = 16  # texts; above it each is asked for fewer claims, more of them together; chosen, not measured
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_LONG = 12  # sentences of a text that is not believed at once to hold no claim; chosen, not measured
_WORDS_A_CLAIM, _WORDS_OF_MANY = 110, 160  # of a text to one claim: few texts waiting, many
_FEWEST_CLAIMS, _MOST_CLAIMS, _MOST_OF_MANY = 6, 24, 12  # of one text


class FigureAnswer(AnswerForm):
    name: str
    also: list[str]
    role: str
    part: Part


class ClaimAnswer(AnswerForm):
    statement: str
    kind: ClaimKind
    speaker: str
    occurred: str
    sentences: list[int]


def _as_number(answer: Any) -> Any:  # noqa: ANN401 - any JSON
    """What is no number is not a number (NaN): a figure is dropped for it, and no answer is asked for again."""
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return answer if is_number or _NUMBER.fullmatch(str(answer)) else math.nan


def _as_list(answer: Any) -> Any:  # noqa: ANN401 - any JSON
    """One number where a list of them is asked for is a list of one; null is none."""
    return answer if isinstance(answer, list) else [] if answer is None else [answer]


_Number = Annotated[float, BeforeValidator(_as_number)]


class QuantityAnswer(AnswerForm):
    """A quantity that the claim at a position in `claims`, from 1, gives. `margin` is half of its width, or its two
    ends, or empty."""

    claim: int
    about: str
    by: str
    unit: str
    value: _Number
    margin: Annotated[list[_Number], BeforeValidator(_as_list)]


class ArticleAnswer(AnswerForm):
    """What the model is asked to give for one article. `occurred` is a date, or START/END; `telling` are positions in
    `claims`, from 1."""

    summary: str
    form: Genre
    status: str
    topics: list[str]
    cast: list[FigureAnswer]
    claims: list[ClaimAnswer]
    telling: list[int]
    figures: list[QuantityAnswer]
    works: list[str]


def _or_none(answer: Any, validate: ValidatorFunctionWrapHandler) -> ArticleAnswer | None:  # noqa: ANN401 - any JSON
    """What does not have the form is None: the others beside it are paid for and good."""
    try:
        article: ArticleAnswer = validate(answer)
    except ValidationError:
        return None
    return article


class ArticlesAnswer(AnswerForm):
    """What it is asked to give for several short articles: the same for each."""

    # None stands for one that does not have the form; the schema, which goes to the model, knows nothing of it.
    articles: list[Annotated[ArticleAnswer | SkipJsonSchema[None], WrapValidator(_or_none)]]


class AnswerPart(NamedTuple):
    """The answer about the sentences `numbers` of an article: all of them, unless it was too long for one question.
    `key` is the reply's."""

    answer: ArticleAnswer
    key: str
    numbers: tuple[int, ...]


class Unread(NamedTuple):
    """Sentences of a text about which no answer was whole, not even about fewer of them, and why."""

    numbers: tuple[int, ...]
    why: str


class SourceText(NamedTuple):
    """A text to extract from. `numbers` are its own sentences, without its site's furniture, and of a discussion only
    those not read yet; `claims` says how many claims are asked for, `language` in which language they are
    stated. `earlier` is what was taken out of the discussion before, `kept` what of that still holds."""

    item: Item
    snapshot: Snapshot
    numbers: tuple[int, ...]
    host: str
    claims: str = ""
    language: str = "en"
    earlier: Extraction | None = None
    kept: Carried = NOTHING


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
            "claims": text.claims or _claims_for(text, 0),
            "marker": short_hash(text.snapshot.id, text.snapshot.text),
            "sentences": [
                (span.number + offset, one_line(text.snapshot.text_of(span)))
                for span in text.snapshot.sentences
                if span.number in set(text.numbers)
            ],
        }
        for text, offset in zip(texts, _number_offsets(texts), strict=True)
    ]
    return prompt("extract").render(articles=articles, language=english_name(texts[0].language))


def claims_wanted(size: int) -> Callable[[ArticleAnswer], str | None]:
    """What is wrong with an answer about a text of so many sentences, once: that it has no claim of a long one. Asked
    again, the model may say that there is none."""
    told = False

    def fault(answer: ArticleAnswer) -> str | None:
        nonlocal told
        if told or not _lacks_claims(answer, size):
            return None
        told = True
        return f"has no claim of the article, which is {size} sentences long"

    return fault


def _lacks_claims(answer: ArticleAnswer, size: int) -> bool:
    """Whether it is not believed at once that there is no claim: of what it calls no piece of any kind, as a programme
    is, it is."""
    return size >= _LONG and not answer.claims and answer.form != "other"


def _number_offsets(texts: Sequence[SourceText]) -> list[int]:
    """For each text, how many sentence numbers the texts before it take."""
    return [sum(len(text.snapshot.sentences) for text in texts[:position]) for position in range(len(texts))]


def with_claim_counts(texts: Sequence[SourceText]) -> list[SourceText]:
    """`texts`, each with how many claims to ask for: so many as its length bears, fewer where many texts wait, since
    then the page has more to choose from than it can hold."""
    return [text._replace(claims=_claims_for(text, len(texts))) for text in texts]


def _claims_for(text: SourceText, waiting: int) -> str:
    numbers = set(text.numbers)
    words = sum(len(text.snapshot.text_of(span).split()) for span in text.snapshot.sentences if span.number in numbers)
    if waiting > _MANY_WAIT:
        return f"at most {max(_FEWEST_CLAIMS, min(_MOST_OF_MANY, round(words / _WORDS_OF_MANY)))}, the most telling"
    return f"about {max(_FEWEST_CLAIMS, min(_MOST_CLAIMS, round(words / _WORDS_A_CLAIM)))}"


def question_groups(texts: Sequence[SourceText]) -> list[list[SourceText]]:
    """`texts` as they are asked about: short ones of one host up to four together, in their order; all others alone.
    Where many texts wait, longer ones count as short.
    Only of one host, because texts that share a question can, with a model that obeys them, speak for each other: a
    host speaks for all its pages anyway. A text that addresses language models shares no question at all, nor does a
    discussion."""
    alone: list[SourceText] = []
    short_of_host: dict[str, list[SourceText]] = {}
    short = _SHORT_TOKENS if len(texts) <= _MANY_WAIT else _SHORT_OF_MANY
    for text in texts:
        if not text.snapshot.posts and _tokens(text) <= short and not addresses_a_model(text.snapshot.text):
            short_of_host.setdefault(text.host, []).append(text)
        else:
            alone.append(text)
    together = [
        of_host[start : start + _MOST_TOGETHER]
        for of_host in short_of_host.values()
        for start in range(0, len(of_host), _MOST_TOGETHER)
    ]
    return [*([text] for text in alone), *together]


def _tokens(text: SourceText) -> int:
    numbers = set(text.numbers)
    sentences = [text.snapshot.text_of(span) for span in text.snapshot.sentences if span.number in numbers]
    return count_tokens(" ".join(sentences))


def parts_of(answer: ArticlesAnswer, key: str, texts: Sequence[SourceText]) -> list[AnswerPart | None]:
    """The answer about each of several texts, with the numbers of its own sentences again; None for a text whose answer
    is broken, missing, or not told from another's. An answer is about the text whose sentences all its claims
    name; one that names none is about the text in its place."""
    offsets, is_whole = _number_offsets(texts), len(answer.articles) == len(texts)
    places: dict[int, list[int]] = defaultdict(list)  # by text: where the answers about it stand
    for place, article in enumerate(answer.articles):
        named = {number for claim in (article.claims if article else ()) for number in claim.sentences}
        told_of = {bisect_right(offsets, number - 1) - 1 for number in named}
        if len(told_of) == 1:
            places[told_of.pop()].append(place)
        elif article and not told_of and is_whole:
            places[place].append(place)
    parts: list[AnswerPart | None] = []
    for position, (text, offset) in enumerate(zip(texts, offsets, strict=True)):
        own = places[position]
        if is_whole and position in own:
            own = [position]
        article = answer.articles[own[0]] if len(own) == 1 else None
        if article is None or _lacks_claims(article, len(text.numbers)):
            parts.append(None)
        else:
            parts.append(AnswerPart(_renumbered(article, offset), key, text.numbers))
    return parts


def _renumbered(article: ArticleAnswer, offset: int) -> ArticleAnswer:
    claims = [
        claim.model_copy(update={"sentences": [number - offset for number in claim.sentences]})
        for claim in article.claims
    ]
    return article.model_copy(update={"claims": claims})


def halves(numbers: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The sentences in two halves, for a question that was too long; None where they are too few to divide."""
    middle = len(numbers) // 2
    return (numbers[:middle], numbers[middle:]) if middle >= _FEWEST_SENTENCES else None
