"""Translations of cited words into the page's language, for readers who do not read the source's.

A translation is the machine's and stands beside the words, never in their place. Each is asked for once: a later
version that cites the same words takes it over. The support check judges it as it does the page's sentences.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.claims import Claim, Quotation
from pipeline.records.items import Item
from pipeline.records.pages import Sentence, Version
from pipeline.text import one_line
from pipeline.text.tags import english_name, same_language
from pipeline.verify.gates import Section
from pipeline.verify.support import SentenceToJudge, SupportAnswer

_PLACE = "Translation"
_MOST_WORDS = 3_000  # of quotations in one question; chosen, not measured


class TranslationAnswer(AnswerForm):
    number: int
    text: str


class TranslationsAnswer(AnswerForm):
    """What the model is asked to give: a translation for each of the numbered passages."""

    translations: list[TranslationAnswer]


class Passage(NamedTuple):
    """Cited words in another language than the page's: those of one claim, with whose they are."""

    claim: str
    quotations: tuple[Quotation, ...]
    language: str
    source: str


def is_foreign(language: str, reader: str) -> bool:
    """Whether a reader of the language `reader` cannot be expected to read `language`."""
    return not same_language(language, reader)


def passages(
    cited: Iterable[Claim],
    languages: Mapping[str, str],
    items: Mapping[str, Item],
    language: str,
    known: Mapping[str, str],
) -> list[Passage]:
    """What is to be translated into `language`: the words of each claim whose source is in another and that is not
    among the `known` translations. `languages` are those of the snapshots, by id."""
    return [
        Passage(claim.id, claim.quotations, languages[claim.snapshot], _source(items[claim.item], claim.speaker))
        for claim in cited
        if claim.id not in known and claim.quotations and is_foreign(languages[claim.snapshot], language)
    ]


def _source(item: Item, speaker: str | None) -> str:
    """Whose words these are: the venue, and the speaker where another."""
    return one_line(item.venue if speaker in (None, item.venue) else f"{item.venue}, {speaker}")


def known_translations(previous: Version | None, language: str) -> dict[str, str]:
    """The translations that the previous version has, by claim; none where it is in another language."""
    if previous is None or previous.language != language:
        return {}
    return {claim: cited.translation for claim, cited in previous.claims.items() if cited.translation}


def portions_of(asked: Sequence[Passage]) -> list[list[Passage]]:
    """`asked` as it is asked about: so many passages together as one question holds."""
    portions: list[list[Passage]] = []
    words = 0
    for passage in asked:
        length = sum(len(quotation.text) // 5 for quotation in passage.quotations)  # some scripts have no spaces
        if not portions or words + length > _MOST_WORDS:
            portions.append([])
            words = 0
        portions[-1].append(passage)
        words += length
    return portions


def question(asked: Sequence[Passage], language: str) -> RenderedPrompt:
    """The prompt that asks for translations of these passages, numbered from 1."""
    return prompt("translate").render(
        language=english_name(language),
        passages=[
            {
                "number": number,
                "language": english_name(passage.language),
                "source": passage.source,
                "words": [one_line(quotation.text) for quotation in passage.quotations],
            }
            for number, passage in enumerate(asked, 1)
        ],
    )


def translations_of(asked: Sequence[Passage], answer: TranslationsAnswer) -> dict[str, str]:
    """The translations given, by claim."""
    return {
        asked[each.number - 1].claim: one_line(each.text)
        for each in answer.translations
        if 1 <= each.number <= len(asked) and one_line(each.text)
    }


def to_judge(translations: Mapping[str, str]) -> list[SentenceToJudge]:
    """Translations as the support check is asked about them."""
    sentences = (
        Sentence(id=f"translation-{claim}", text=text, claims=(claim,), reading=False)
        for claim, text in translations.items()
    )
    return [SentenceToJudge(sentence, Section(_PLACE), ()) for sentence in sentences]


def judged(asked: Sequence[SentenceToJudge], answer: SupportAnswer | None) -> dict[str, str]:
    """The translations that may be shown, by claim: those that the check lets stand, and its better wordings. Without
    an answer none: what nobody has checked is not shown."""
    if answer is None:
        return {}
    better = {fault.sentence: one_line(fault.better) for fault in answer.faults}
    texts = {each.sentence.claims[0]: better.get(number, each.sentence.text) for number, each in enumerate(asked, 1)}
    return {claim: text for claim, text in texts.items() if text}
