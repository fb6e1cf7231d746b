"""The selectors of style sheets: which elements a rule is for, and what is looked up to find it. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

_MOST_KNOWN = 10_000  # selectors, of which many pages have the same
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_SIMPLE = re.compile(
    r"([.#]?)((?:[\w-]|[^\x00-\x7f])+)|\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*[\"']?([^\"'\]]*)[\"']?\s*)?\]|(\*)"
    r"|:(not|is|where|nth-child|first-child|last-child|root)(?:\(\s*([^()]*)\s*\))?"
)
_NTH = re.compile(r"(?:([+-]?\d{0,4})n)?([+-]?\d{1,4})?")
_SELECTORS = re.compile(r"(?:[^,()\[\]]|\([^()]*+\)|\[[^\[\]]*+\])++")
_NESTED = re.compile(r"[()\[\]\\]")
_UNKNOWN_STATE = re.compile(r":(?!(?:not|is|where|nth-child|first-child|last-child|root)(?![\w-]))")
_PLAIN_STEP = re.compile(r"([\w-]*)((?:[.#][\w-]+)*)")
_NAMED = re.compile(r"[.#](?:[\w-]|[^\x00-\x7f])+")
LONGEST_SELECTOR = 500
"""Characters of a selector that is read."""
_PARTS = re.compile(r"[>+~]|(?:[^\s>+~()\[\]]|\([^()]*\)|\[[^\[\]]*\])+")


class Compound(NamedTuple):
    """One step of a selector. `how` says where the step before it must be: " " above it, ">" its parent, "+" right
    before it, "~" before it. `states` are its pseudo-classes."""

    tag: str | None
    ids: tuple[str, ...]
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None, str | None], ...]
    states: tuple[tuple[str, str], ...]
    how: str


def selectors_in(prelude: str) -> list[str]:
    """The selectors of a rule, which commas divide."""
    return _SELECTORS.findall(prelude) if _NESTED.search(prelude) else prelude.split(",")


@lru_cache(maxsize=_MOST_KNOWN)
def key_of(selector: str) -> str:
    """What an element must have for the rule to be looked at; empty where there is no selector."""
    words = selector.split()
    if not words:
        return ""
    if match := _PLAIN_STEP.fullmatch(words[-1]):
        names = match[2]
        if "#" in names:
            return f"#{names.partition('#')[2].partition('.')[0].partition('#')[0]}"
        return f".{names[1:].partition('.')[0]}" if names else match[1].lower()
    parts = _PARTS.findall(unescaped(selector))
    if not parts:
        return "*"
    signs: dict[str, str] = {}
    for match in _SIMPLE.finditer(parts[-1]):
        if match[2]:
            signs.setdefault(match[1], match[2])
    if "#" in signs:
        return f"#{signs['#']}"
    return f".{signs['.']}" if "." in signs else signs.get("", "*").lower()


def may_apply(selector: str, present: frozenset[str]) -> bool:
    """Whether a rule is for something that is simply there, not pointed at nor put before another, and all that it
    names is `present`."""
    if _NESTED.search(selector):
        return True
    return not _UNKNOWN_STATE.search(selector) and present.issuperset(_NAMED.findall(selector))


def steps_of(selector: str) -> tuple[Compound, ...] | None:
    """A selector as its steps, or None where it says more than this reads."""
    if len(selector) > LONGEST_SELECTOR:
        return None
    steps: list[Compound] = []
    how = " "
    for part in _PARTS.findall(selector):
        if part in ("+", ">", "~"):
            how = part
            continue
        compound = compound_of(part, how)
        if compound is None:
            return None
        steps.append(compound)
        how = " "
    return tuple(steps) or None


def is_plain(selector: str) -> bool:
    """Whether a selector names one class, id or tag alone: it is for every element that is looked up for it."""
    match = _PLAIN_STEP.fullmatch(selector.strip())
    return match is not None and bool(match[1]) + match[2].count(".") + match[2].count("#") == 1


def compound_of(part: str, how: str) -> Compound | None:
    """One step of a selector, or None where it says more than this reads."""
    tag, ids, classes, attributes, states, end = None, [], [], [], [], 0
    part = unescaped(part) if "\\" in part else part
    for match in _SIMPLE.finditer(part):
        if match.start() != end:
            return None
        end = match.end()
        sign, name, attribute, test, value, _, state, inner = match.groups()
        if attribute:
            attributes.append((attribute.lower(), test, value))
        elif state:
            states.append((state, inner or ""))
        elif sign == "#":
            ids.append(name)
        elif sign == ".":
            classes.append(name)
        elif name:
            tag = name.lower()
    whole = end == len(part)
    return Compound(tag, tuple(ids), frozenset(classes), tuple(attributes), tuple(states), how) if whole else None


def specificity_of(steps: tuple[Compound, ...]) -> tuple[int, int, int]:
    """How much a selector weighs against others: its ids, its classes and the like, its tags."""
    return (
        sum(len(step.ids) for step in steps),
        sum(len(step.classes) + len(step.attributes) + len(step.states) for step in steps),
        sum(step.tag is not None for step in steps),
    )


def is_counted(place: int, value: str) -> bool:
    """Whether a place, from 1, is one that `:nth-child(value)` counts."""
    match = _NTH.fullmatch({"odd": "2n+1", "even": "2n"}.get(value, value.replace(" ", "")))
    if not match:
        return False
    step, first = match[1], int(match[2] or 0)
    if step is None:
        return place == first
    pace = int(step + "1" if step in ("", "+", "-") else step)
    return place == first if pace == 0 else (place - first) % pace == 0 and (place - first) // pace >= 0


def has_value(stated: str | None, how: str | None, value: str) -> bool:
    """Whether what an attribute says is as a selector asks."""
    if stated is None or how is None:
        return stated is not None
    tests = {
        "=": stated == value, "^=": stated.startswith(value), "$=": stated.endswith(value), "*=": value in stated,
        "~=": value in stated.split(), "|=": stated == value or stated.startswith(f"{value}-"),
    }  # fmt: skip
    return tests[how] and bool(value)


def unescaped(text: str) -> str:
    """A text with the characters that its escapes stand for."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else 0
        return match[2] if match[2] else chr(code) if 0 < code < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, text) if "\\" in text else text
