"""Who stands where: voices by open questions, with a letter for the answer that a voice gives."""

from collections.abc import Iterator
from string import ascii_uppercase
from typing import NamedTuple

from pipeline.publish.cast import names_of
from pipeline.publish.pictures import LEAST
from pipeline.records.pages import Tension, Version

_MOST_QUESTIONS = 8  # columns that a phone has room for beside the names
_LEAST_QUESTIONS = 2  # with one, its answers are told as fast


class Question(NamedTuple):
    """A column: an open question, by its number among all of the page."""

    number: int
    tension: Tension

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The letters of its answers, each with the answer."""
        return tuple((letter, side.answer) for letter, side in zip(ascii_uppercase, self.tension.sides, strict=False))


class Position(NamedTuple):
    """A row: a voice, the id of its perspective ("" where it has none), and the letters of the answers that it gives to
    each question: of two where it stands between them, none where it is not heard."""

    voice: str
    perspective: str
    answers: tuple[str, ...]


class Positions(NamedTuple):
    """The whole table."""

    questions: tuple[Question, ...]
    rows: tuple[Position, ...]


def positions_of(version: Version) -> Positions | None:
    """Where the voices of a version stand, those with a perspective first; None for fewer than three that answer
    anything, or for one question. A voice is the same by any of its names."""
    numbered = [Question(number, tension) for number, tension in enumerate(version.tensions, 1)]
    questions = tuple(q for q in numbered if q.tension.state != "answered" and q.tension.sides)[:_MOST_QUESTIONS]
    ids = {perspective.voice: perspective.id for perspective in version.perspectives}
    given = [list(_answers(question.tension)) for question in questions]
    rows: list[Position] = []
    seen: set[str] = set()
    for voice in [*ids, *(voice for answers in given for voice, _ in answers)]:
        names = names_of(voice, version.cast)
        if not names & seen:
            answers = tuple("".join(letter for by, letter in answers if by.casefold() in names) for answers in given)
            rows.append(Position(voice, ids.get(voice, ""), answers))
            seen |= names
    answering = [row for row in rows if any(row.answers)]
    enough = len(answering) >= LEAST and len(questions) >= _LEAST_QUESTIONS
    return Positions(questions, tuple(rows)) if enough else None


def _answers(tension: Tension) -> Iterator[tuple[str, str]]:
    """Who gives which answer."""
    for letter, side in zip(ascii_uppercase, tension.sides, strict=False):
        for voice in side.voice.split(";"):
            yield voice.strip(), letter
