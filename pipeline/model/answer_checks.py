"""Signs of an unusable answer in valid form: it repeats its instructions, repeats itself without end, or is written in
the wrong alphabet."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

_RUN_WORDS = 12  # words in a row that no answer shares by chance; chosen, not measured
_TIMES = 60  # that something is repeated before its model counts as lost; chosen, not measured
_MOST_REPEATED = 8  # words of what is repeated
_LONG_WORD = re.compile(r"\w{60,}")  # of a script without spaces, or of none
_IN_A_WORD = re.compile(r"([^\W\d_]{1,12}?)\1{59}")
_MIN_LETTERS = 40  # fewer letters decide nothing; chosen, not measured


def repeats_instructions(answer: str, instructions: str) -> bool:
    """Whether `answer` holds twelve words of `instructions` in a row, whatever the case and punctuation."""
    instruction_runs = _runs_of_instructions(instructions)
    return bool(instruction_runs) and not instruction_runs.isdisjoint(_word_runs(answer))


@lru_cache(maxsize=4)  # question after question has the same
def _runs_of_instructions(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_word_runs(text))


def _word_runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + _RUN_WORDS]) for i in range(len(words) - _RUN_WORDS + 1)}


def runs_on(answer: BaseModel) -> bool:
    """Whether in a text of `answer` a few words stand again and again, with nothing between them: the sign of a model
    that has lost the thread."""
    return any(_repeats_itself(text) for text in _texts(answer.model_dump()))


def _texts(node: Any) -> Iterator[str]:  # noqa: ANN401 - any value
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list | tuple):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _texts(each)


def _repeats_itself(text: str) -> bool:
    words = re.findall(r"\w+", text)
    for length in range(1, min(_MOST_REPEATED, len(words) // _TIMES) + 1):
        same = 0
        for place in range(length, len(words)):
            same = same + 1 if words[place] == words[place - length] else 0
            if same == (_TIMES - 1) * length:
                return True
    return any(_IN_A_WORD.search(word) for word in _LONG_WORD.findall(text))


def scripts(text: str) -> Counter[str]:
    """How many letters of each script `text` has, by the first word of their Unicode names (LATIN, CYRILLIC, CJK)."""
    found = Counter[str]()
    for letter, times in Counter(text).items():  # a text has many letters, and few different ones
        if letter.isalpha():
            found[unicodedata.name(letter, "?").partition(" ")[0]] += times
    return found


def strange_script(answer: str, material: str) -> str | None:
    """The script, other than Latin, that at least a third of `answer` is written in and `material` has no letter of;
    else None. Latin is always allowed, for JSON and the instructions are Latin. The third is chosen, not measured."""
    letters = scripts(answer)
    if sum(letters.values()) < _MIN_LETTERS:
        return None
    script = max((name for name in letters if name != "LATIN"), key=lambda name: letters[name], default=None)
    if script is None or letters[script] < sum(letters.values()) / 3:
        return None
    return None if scripts(material)[script] else script
