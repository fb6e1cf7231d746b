"""Two signs of an unusable answer in valid form: it repeats its instructions, or is written in the wrong alphabet."""

import re
import unicodedata
from collections import Counter

_RUN_WORDS = 12  # words in a row that no answer shares by chance; chosen, not measured
_MIN_LETTERS = 40  # fewer letters decide nothing; chosen, not measured


def repeats_instructions(answer: str, instructions: str) -> bool:
    """Whether `answer` holds twelve words of `instructions` in a row, whatever the case and punctuation."""
    instruction_runs = _word_runs(instructions)
    return bool(instruction_runs) and not instruction_runs.isdisjoint(_word_runs(answer))


def _word_runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + _RUN_WORDS]) for i in range(len(words) - _RUN_WORDS + 1)}


def scripts(text: str) -> Counter[str]:
    """How many letters of each script `text` has, by the first word of their Unicode names (LATIN, CYRILLIC, CJK)."""
    return Counter(unicodedata.name(c, "?").partition(" ")[0] for c in text if c.isalpha())


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
