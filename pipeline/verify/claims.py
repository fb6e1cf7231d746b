"""A claim against its own article: what the statement says must stand in the sentences it names.

Sure faults drop the claim: a figure that stands nowhere in the article, a speaker who is not in it, a character that
is none. Where the figure
stands in another sentence, that sentence is added to the quotations. The statement may be in another language than the
article: figures are compared as numbers, and who is called what is left to the model.

Doubts about claims ("holds a denial", "names X") were tried on four real threads and dropped: none of some 120 was
right.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.records.claims import CastMember, Claim, Quotation
from pipeline.records.items import Item, Snapshot
from pipeline.text.number_words import words_are_known
from pipeline.text.tags import primary, same_language
from pipeline.verify.figures import are_english, is_given, missing_figures, numbers_told
from pipeline.verify.likeness import is_english, is_named
from pipeline.verify.quoting import is_verbatim, plain, quotations_in, without
from pipeline.verify.times import dates_in

Fault = Literal["figure nowhere in the article", "speaker not in the article", "a broken character"]
_BROKEN = "\ufffd"  # what stands for bytes or halves of characters that mean nothing
_SHORTEST_WORD = 4  # letters of a word by which somebody is looked for; chosen, not measured
_LONGEST_ENDING = 2  # letters that a case or a gender adds to one, mostly
_UNNAMED = re.compile(r"^(?:an? )?(?:unsigned|unnamed|anonymous)\b", re.IGNORECASE)


class ClaimCheck(NamedTuple):
    """The claim as it may be kept, or the fault it is dropped for. `fault` is None where it may be kept."""

    claim: Claim
    fault: Fault | None


def check_claim(
    claim: Claim, item: Item, snapshot: Snapshot, cast: Sequence[CastMember] = (), language: str = "en"
) -> ClaimCheck:
    """`claim`, stated in `language`, against the article it was taken from, with the quotations its figures need.
    `cast` are those whom the article is known to be by or about."""
    header, source = _header(item), snapshot.language
    article = f"{header}\n{snapshot.text}"
    if _BROKEN in claim.statement + (claim.speaker or "") and _BROKEN not in article:
        return ClaimCheck(claim, "a broken character")
    if claim.speaker and not may_speak(claim.speaker, item, snapshot, cast, language):
        return ClaimCheck(claim, "speaker not in the article")
    statement = dates_in(_own_words(claim.statement, snapshot.text), language)[1]
    words_known = words_are_known(source) and (primary(source) != "en" or is_english(snapshot.text))
    if missing_figures(
        statement, language, [(header, source), (snapshot.text, source)], words_known=words_known
    ).surely:
        return ClaimCheck(claim, "figure nowhere in the article")
    quoted = [(header, source), *((quotation.text, source) for quotation in claim.quotations)]
    quotations = list(claim.quotations)
    for figure in missing_figures(statement, language, quoted, words_known=True).surely:
        having = (
            span
            for span in snapshot.sentences
            if is_given(figure, numbers_told(snapshot.text_of(span), source), loosely=are_english(language, source))
        )
        span = next(having, None)
        if span:
            quotations.append(Quotation(start=span.start, end=span.end, text=snapshot.text_of(span)))
    quotations.sort(key=lambda quotation: quotation.start)
    return ClaimCheck(claim.model_copy(update={"quotations": tuple(quotations)}), None)


def may_be_named(name: str, article: str, source: str | None, language: str) -> bool:
    """Whether an article in the language `source` may name `name`, as somebody writes it in `language`. Of an article
    in another language it cannot be told: an office is called otherwise there, and a person may be spelled otherwise.
    Nor can it be told, in languages other than English, of what has longer words without a capital and is no name;
    these build words of words, too, so that a part of one is enough."""
    if is_named(name, article) or not same_language(source, language):
        return True
    if primary(language) == "en":
        return False
    plain_article = article.casefold()
    words = [word for word in re.findall(r"[^\W\d_]+", name) if len(word) >= _SHORTEST_WORD]
    if any(word[0].islower() for word in words):
        return True
    return any(
        word[: max(_SHORTEST_WORD, len(word) - _LONGEST_ENDING)] in plain_article for word in map(str.casefold, words)
    )


def may_speak(speaker: str, item: Item, snapshot: Snapshot, cast: Sequence[CastMember], language: str) -> bool:
    """Whether `speaker`, as somebody writes it in `language`, may be named in the article, is of its `cast`, or is said
    to be unnamed ("an unnamed official")."""
    is_known = any(speaker in (figure.name, *figure.also) for figure in cast)
    article = f"{_header(item)}\n{snapshot.text}"
    return is_known or bool(_UNNAMED.match(speaker)) or may_be_named(speaker, article, snapshot.language, language)


def _header(item: Item) -> str:
    return "\n".join(text for text in (item.title, item.venue, item.author, item.published) if text)


def _own_words(statement: str, article: str) -> str:
    """A statement without what it quotes word for word: the figures in that are written as the article writes them."""
    quoted = list(quotations_in(statement))
    text = [plain(article)] if quoted else []
    return without(statement, (each for each in quoted if is_verbatim(each, text)))
