"""An answer that comes in pieces: server-sent events (the HTML standard's `text/event-stream`), joined to the
completion that the same server would have sent whole."""

import json
from collections.abc import Callable, Iterable
from typing import Any

_END = "[DONE]"


class CutStream(Exception):  # noqa: N818 - reads as what happened
    """The stream ended before the answer did."""


def is_event_stream(content_type: str, first_line: str) -> bool:
    """Whether a response is one, by its header or, where a server states another, by how it begins."""
    return "text/event-stream" in content_type.lower() or first_line.startswith(("data:", "event:", ": ", ":\n"))


def joined(lines: Iterable[str], heard: Callable[[int], None] = lambda _: None) -> Any:  # noqa: ANN401 - any JSON
    """The completion whose pieces `lines` bring; `heard` is told how many characters of its answer have come. A piece
    with an error is returned as it is. Raises CutStream where no piece says that it is the last, ValueError for what is
    no JSON."""
    whole = _Completion()
    ended = False
    data: list[str] = []
    for line in lines:
        line = line.rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
            continue
        if line:  # a comment that keeps the connection open, or a field that is not looked at
            continue
        ended = _take(whole, data, heard) or ended
        data = []
        if whole.error is not None:
            return whole.error
    ended = _take(whole, data, heard) or ended
    if whole.error is not None:
        return whole.error
    if not ended and not whole.finish:
        raise CutStream
    return whole.completion()


def _take(whole: "_Completion", data: list[str], heard: Callable[[int], None]) -> bool:
    """Adds an event's piece; returns whether it is the sign of the end."""
    if not data:
        return False
    # Some servers leave out the empty line between events: then each line is a piece of its own.
    texts = ["\n".join(data)] if len(data) == 1 or not _is_piece(data[0]) else data
    for text in texts:
        if text.strip() == _END:
            return True
        whole.add(json.loads(text))
    heard(whole.length)
    return False


def _is_piece(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text.strip() == _END
    return True


class _Completion:
    """What has come of a completion. `error` is a piece that is no part of it but an error."""

    def __init__(self) -> None:
        self.finish: str | None = None
        self.error: dict[str, Any] | None = None
        self.length = 0
        self._fields: dict[str, Any] = {}
        self._parts: dict[str, list[str]] = {"content": [], "reasoning_content": [], "refusal": []}
        self._calls: dict[int, list[str]] = {}

    def add(self, piece: Any) -> None:  # noqa: ANN401 - any JSON
        """Adds what one event brings."""
        if not isinstance(piece, dict):
            return
        if piece.get("error"):
            self.error = piece
            return
        for name in ("id", "model", "usage", "x_groq", "timings"):
            if piece.get(name):
                self._fields[name] = piece[name]
        choices = piece.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        if choice.get("error"):
            self.error = {"error": choice["error"]}
            return
        self.finish = choice.get("finish_reason") or self.finish
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            self._add_delta(delta)

    def _add_delta(self, delta: dict[str, Any]) -> None:
        for name, given in (
            ("content", delta.get("content")),
            ("reasoning_content", delta.get("reasoning_content") or delta.get("reasoning")),
            ("refusal", delta.get("refusal")),
        ):
            if isinstance(given, list):  # Mistral's reasoning models send parts
                for part in given:
                    if isinstance(part, dict) and isinstance(part.get("text"), str):
                        self._add_text("content", part["text"])
            elif isinstance(given, str):
                self._add_text(name, given)
        for call in delta.get("tool_calls") or ():
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict) and isinstance(function.get("arguments"), str):
                self._calls.setdefault(int(call.get("index") or 0), []).append(function["arguments"])
                self.length += len(function["arguments"])

    def _add_text(self, name: str, text: str) -> None:
        self._parts[name].append(text)
        self.length += len(text)

    def completion(self) -> dict[str, Any]:
        """The completion as a server would send it whole."""
        message: dict[str, Any] = {name: "".join(parts) for name, parts in self._parts.items() if parts}
        if self._calls:
            arguments = "".join(self._calls[min(self._calls)])
            message["tool_calls"] = [{"type": "function", "function": {"arguments": arguments}}]
        return {**self._fields, "choices": [{"message": message, "finish_reason": self.finish}]}
