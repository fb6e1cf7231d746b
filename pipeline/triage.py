"""Which of the items that came unasked can matter to a thread: one question about many, over titles and openings.

Only what is set aside is named in the answer, with a word of a closed list; all else is relevant. Pages that the
operator named are never asked about.
"""

from collections.abc import Sequence
from typing import Literal

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.records.items import Item, Verdict
from pipeline.records.pages import Page

FEWEST = 4
"""Items below which asking costs more than it saves: the question is about 500 tokens and 100 an item, an extraction
about 2,500 and 1,300 more to answer, so at four items one in ten has to be noise."""


class AsideAnswer(AnswerForm):
    item: int
    why: Literal["off topic", "copy", "listing", "no new claim expected"]


class TriageAnswer(AnswerForm):
    set_aside: list[AsideAnswer]


def question(title: str, page: Page | None, items: Sequence[tuple[Item, str]]) -> Rendered:
    """The prompt that asks about `items`, each with its opening words, numbered from 1."""
    return prompt("triage").render(
        title=title,
        thesis=page.title if page else None,
        questions=[said.text for tension in page.tensions for said in tension.sentences] if page else [],
        items=[
            {
                "number": number,
                "venue": item.venue,
                "published": item.published,
                "title": item.title,
                "opening": words,
            }
            for number, (item, words) in enumerate(items, 1)
        ],
    )


def verdicts(answer: TriageAnswer, count: int) -> list[Verdict]:
    """One verdict for each of `count` items, in order."""
    said: dict[int, Verdict] = {each.item: each.why for each in answer.set_aside}
    return [said.get(number, "relevant") for number in range(1, count + 1)]
