"""What is said of an event, in plain words and as data. The words around are an operator's, in English; those of a
version are its own, in its language."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from pipeline.records.notices import Cost, Event, Notice
from pipeline.records.pages import Sentence, Version
from pipeline.text import one_line


class Message(NamedTuple):
    """A message: `subject` is one line, `text` plain with its links written out, `link` the address it is about, ""
    where the site has none; `data` is the same for programs."""

    id: str
    event: Event
    at: datetime
    subject: str
    text: str
    link: str
    data: dict[str, Any]


def version_message(notice: Notice, version: Version, base_url: str) -> Message:
    """What is new in a version, in brief where it is the first, its page at the site's public address, its cost."""
    thread, made = version.thread, version.made_by
    link = f"{base_url.rstrip('/')}/threads/{thread.slug}/v{version.version}/" if base_url else ""
    cost = Cost(
        calls=made.calls,
        prompt_tokens=made.tokens.prompt,
        completion_tokens=made.tokens.completion,
        price=made.price,
    )
    new, brief = (_paragraph(sentences) for sentences in (version.whats_new, version.in_brief))
    parts = [
        f"What's new: {new}" if new else "",
        f"In brief: {brief}" if brief else "",
        "(◇ marks the machine's own reading.)" if "◇" in new + brief else "",
        link,
        f"It cost {_cost_line(cost)}.",
    ]
    data = {
        "thread": thread.model_dump(mode="json"),
        "version": version.version,
        "previous": version.previous,
        "made_at": f"{version.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "whats_new": _sentences(version.whats_new),
        "in_brief": _sentences(version.in_brief),
        "page": link or None,
        "json": f"{link}index.json" if link else None,
        "cost": cost.model_dump(mode="json"),
    }
    subject = one_line(f"{thread.title}: version {version.version}")
    return Message(notice.id, notice.event, notice.at, subject, _text(parts), link, data)


def run_message(notice: Notice) -> Message:
    """What went wrong in a run or a batch, and what it cost."""
    hint = "It goes on from there with the next run." if notice.event == "ceiling" else "`status` tells more."
    parts = ["\n".join(notice.lines), hint, f"It cost {_cost_line(notice.cost)}." if notice.cost else ""]
    data = {
        "thread": notice.thread,
        "started_at": f"{notice.at:%Y-%m-%dT%H:%M:%SZ}",
        "problems": list(notice.lines),
        "cost": notice.cost.model_dump(mode="json") if notice.cost else None,
    }
    subject = one_line(notice.subject[0].upper() + notice.subject[1:])
    return Message(notice.id, notice.event, notice.at, subject, _text(parts), "", data)


def test_message(now: datetime) -> Message:
    """One that only shows that it arrives."""
    notice = Notice(event="version", at=now, thread="a-test", version=1)
    text = "This is a test: nothing has happened. You are told of new versions and of what fails in this way."
    return Message(notice.id, notice.event, now, "A test of The Information Machine", text, "", {"test": True})


def _cost_line(cost: Cost) -> str:
    tokens = cost.prompt_tokens + cost.completion_tokens
    price = "price not known" if cost.price is None else f"{cost.price:.4f}"
    return f"{cost.calls} model calls, {tokens:,} tokens, {price}"


def _paragraph(sentences: Iterable[Sentence]) -> str:
    return " ".join(one_line(sentence.text) + (" ◇" if sentence.reading else "") for sentence in sentences)


def _sentences(sentences: Iterable[Sentence]) -> list[dict[str, object]]:
    return [{"text": sentence.text, "reading": sentence.reading} for sentence in sentences]


def _text(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)
