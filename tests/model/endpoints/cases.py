"""What a double does instead of answering as it should."""

import json
from collections.abc import Callable
from typing import Any

from tests.doubles import HttpAnswer
from tests.model.endpoints.dialect import Said, Usage
from tests.model.endpoints.double import Case, Question

Answer = HttpAnswer | Said


def well(_question: Question) -> None:
    """Nothing else: it answers."""


def first(*answers: Answer) -> Case:
    """The first requests get these; then it answers."""
    return lambda question: answers[question.number - 1] if question.number <= len(answers) else None


def always(answer: Answer) -> Case:
    """Every request gets this."""
    return lambda _: answer


def refuses(way: str, answer: Answer, *others: tuple[str, Answer]) -> Case:
    """Ways of asking for JSON that it does not take, each with what it says to that."""
    said = {way: answer, **dict(others)}
    return lambda question: said.get(question.way)


def about(word: str, answer: Answer) -> Case:
    """Questions whose text has `word` get this, each time they are asked."""
    return lambda question: answer if word in question.text and _is_about_an_article(question) else None


def _is_about_an_article(question: Question) -> bool:
    return str(question.body["messages"][0]["content"]).startswith("You read one")


def says(change: Callable[[str], Said], only: str = "") -> Case:
    """Every answer is changed so (or every one to a question asked in the way `only`)."""
    return lambda question: change(question.answer) if only in ("", question.way) else None


def once(change: Callable[[str], Said]) -> Case:
    """The first answer is changed so."""
    return lambda question: change(question.answer) if question.number == 1 else None


def streams_alone(answer: Answer) -> Case:
    """It takes questions in streams alone; others get `answer`."""
    return lambda question: None if question.body.get("stream") else answer


# Answers of models, from the text of a good one.


def in_events(text: str) -> Said:
    """A stream, asked for or not."""
    return Said(text, as_events=True)


def behind_empty_lines(text: str) -> Said:
    """What a server sends so that the connection is kept, and then the answer."""
    return Said(text, before=b"\n\n\n\n")


def _without_claims(text: str) -> str:
    answer: dict[str, Any] = json.loads(text)
    return json.dumps({**answer, "claims": [], "telling": []} if "claims" in answer else {})


def draft_in_think(text: str) -> Said:
    """It thinks aloud, with a first draft that is of the form asked for."""
    return Said(f"<think>\nA first draft: {_without_claims(text)} but that misses the facts.\n</think>\n\n{text}")


def end_of_think(text: str) -> Said:
    """The template of some models opens the block itself: only its end is in the answer."""
    return Said(f"A first draft: {_without_claims(text)}\n</think>\n{text}")


def draft_first(text: str) -> Said:
    """Two objects, the first of them not of the form asked for."""
    return Said(f'The form has {{"summary": "…"}}. Here it is:\n{text}')


def draft_of_the_form(text: str) -> Said:
    """Two objects of the form asked for: the second is meant."""
    return Said(f"{_without_claims(text)}\n\nThat left out the claims. The whole answer:\n\n{text}")


def in_reasoning(text: str) -> Said:
    """The server took the whole answer for thoughts."""
    return Said(text, message={"content": None, "reasoning_content": text})


def beside_reasoning_content(text: str) -> Said:
    return Said(text, message={"reasoning_content": "First I look for {claims}."})


def beside_reasoning(text: str) -> Said:
    return Said(text, message={"reasoning": "First I look for {claims}."})


def in_parts(text: str) -> Said:
    """Mistral's reasoning models: thoughts and text are parts of the content."""
    thoughts = {"type": "thinking", "thinking": [{"type": "text", "text": "First I look for {claims}."}]}
    return Said(text, message={"content": [thoughts, {"type": "text", "text": text}]})


def fenced(text: str) -> Said:
    return Said(f"Here is what you asked for:\n\n```json\n{text}\n```\n\nTell me if you need more.")


def raw_line_break(text: str) -> Said:
    return Said(text.replace(" several", "\nseveral", 1))


def trailing_comma(text: str) -> Said:
    return Said(f"{text[:-1]},}}")


def line_break_and_comma(text: str) -> Said:
    return trailing_comma(raw_line_break(text).text)


def encoded_twice(text: str) -> Said:
    return Said(json.dumps(text))


def half_a_pair(text: str) -> Said:
    """In one claim a character beyond the first plane was cut in two."""
    return Said(text.replace('4,200 crowns a week."', '4,200 crowns a week \\ud83d."', 1))


def counted(usage: Usage) -> Callable[[str], Said]:
    """What it cost, counted in another way."""
    return lambda text: Said(text, usage=usage)


def answer_within(tokens: int, answer: Answer) -> Case:
    """Where more than so many tokens are asked for, it gets `answer`."""
    return lambda question: answer if question.longest > tokens else None


def ending(*finishes: str | None) -> Case:
    """Whole answers, with other words for how they ended, in turn."""
    return lambda question: Said(question.answer, finish=finishes[(question.number - 1) % len(finishes)])


# Answers that are none.

PROSE = Said("The article says that the weir was closed.")
REFUSAL = Said("", message={"content": None, "refusal": "I'm sorry, I can't help with that."})
REFUSAL_IN_WORDS = Said("I'm sorry, but I can't assist with that request.")
NOTHING = Said("")


def cut_off(finish: str) -> Said:
    """The beginning of an answer."""
    return Said('{"summary": "The weir at Harrow was', finish=finish)


INTERRUPTED = cut_off("insufficient_system_resource")._replace(paid=False)


def filtered_answer() -> Said:
    """A filter saw the answer and held it back."""
    return Said("", finish="content_filter", message={"content": None})


FOR_EVER = Said('{"summary": "' + "the weir " * 2000, finish="length")
