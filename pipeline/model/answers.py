"""Reads JSON out of what a model wrote: thoughts, prose and fences around it, slips of the pen in it.

What is complete and means one thing is read; what was cut off is never completed, and what says two things at once is
refused. The slips (a raw line break, a comma too many, quotes of another kind) are mended by `json_repair`, which would
also complete what was cut off: only an object whose brackets all close is shown to it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_MOST_MENDED = 400_000  # characters of an object that is mended: that grows with the square; chosen, not measured
_THOUGHT_ENDS = re.compile(
    r"</think(?:ing)?>|</reasoning>|</thought>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>|<\|channel\|>final<\|message\|>",
    re.IGNORECASE,
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_CALL = frozenset({"name", "type", "id", "arguments", "parameters"})  # of a call that is written as the answer


class NotJson(ValueError):  # noqa: N818 - reads as what came back
    """A text without a JSON object that can be used; the message says why."""


def objects_in(text: str) -> list[dict[str, Any]]:
    """The complete JSON objects in `text`, the likeliest answer first: the last behind the end of a model's thoughts
    before those that it thought of. Half a surrogate pair becomes U+FFFD. Raises NotJson where there is none, or where
    one is cut off, has one key twice or a number that is none."""
    ends = [match.end() for match in _THOUGHT_ENDS.finditer(text)]
    last_error: NotJson | None = None
    found: list[dict[str, Any]] = []
    for part in (text[ends[-1] :], text) if ends else (text,):
        try:
            found += [each for each in reversed(list(_objects(part))) if each not in found]
        except NotJson as error:
            last_error = error
    if found:
        return found
    raise last_error or NotJson("it holds no JSON object that can be read")


def json_text(value: dict[str, Any]) -> str:
    """An object of `objects_in` as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The objects that stand in `text` one behind the other."""
    text = text.strip().lstrip("\ufeff")
    if text.startswith('"'):  # encoded twice
        inner = _decoded_string(text)
        if inner is not None:
            yield from _objects(inner)
            return
    start = text.find("{")
    while start >= 0:
        value, end = _object_at(text, start)
        if value is not None:
            yield _mended_surrogates(_of_call(value))
        start = text.find("{", end)


def _object_at(text: str, start: int) -> tuple[dict[str, Any] | None, int]:
    """The object that begins at `start`, or None where none does, and where to look on."""
    decoder = json.JSONDecoder(strict=False, parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicate_keys)
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        closes = _closes_at(text, start)
        if closes is None:
            if _begins_object(text, start):
                raise NotJson("the JSON ends before it is complete") from error
            return None, start + 1
        return _mended(text[start:closes]), closes
    except RecursionError as error:
        raise NotJson("the JSON is nested too deeply") from error
    return value, end


def _begins_object(text: str, start: int) -> bool:
    """Whether a key follows the bracket, or nothing: a bracket in prose begins no object."""
    behind = text[start + 1 :].lstrip()
    return not behind or behind[0] in "\"'{["


def _closes_at(text: str, start: int) -> int | None:
    """The place behind the bracket that closes the one at `start`, or None where none does."""
    depth, quoted, escaped = 0, False, False
    for place in range(start, len(text)):
        char = text[place]
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth == 0:
                return place + 1
    return None


def _mended(text: str) -> dict[str, Any] | None:
    """A closed object with slips of the pen; None where it cannot be mended."""
    if len(text) > _MOST_MENDED:
        return None
    try:
        import json_repair  # few answers want mending

        value = json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value else None


def _decoded_string(text: str) -> str | None:
    try:
        inner = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, str) and "{" in inner else None


def _of_call(value: dict[str, Any]) -> dict[str, Any]:
    """The arguments, where a model wrote the call of a function instead of calling it."""
    inner = value.get("arguments", value.get("parameters"))
    return inner if isinstance(inner, dict) and value.keys() <= _CALL else value


def _mended_surrogates(value: dict[str, Any]) -> dict[str, Any]:
    """`value` with halves of surrogate pairs joined where both are there, else replaced."""
    text = json.dumps(value, ensure_ascii=False)
    if not _LONE_SURROGATE.search(text):
        return value
    mended: dict[str, Any] = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return mended


def _refuse_constant(name: str) -> None:
    raise NotJson(f"{name} is no JSON")


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise NotJson("one key stands in it twice")
    return value
