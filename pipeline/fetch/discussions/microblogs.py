"""What networks of short posts have in common: a thread has no title of its own, a post may carry another's words below
its own, and a server counts replies that it does not give."""

import html
import re
from collections.abc import Iterable

from pipeline.errors import SourceError

_LONGEST_TITLE = 100  # characters; chosen, not measured
_LINE_END = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|blockquote|h[1-6])\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def title_of(name: str, lines: Iterable[str]) -> str:
    """A title for a thread that has none: the first words of its first post, by its author's name."""
    words = next((" ".join(line.split()) for line in lines if any(map(str.isalnum, line))), "")
    if len(words) > _LONGEST_TITLE:
        most = words[:_LONGEST_TITLE]
        whole = most.rpartition(" ")[0]  # not every language puts spaces between its words
        words = f"{whole if len(whole) > _LONGEST_TITLE / 2 else most} …"
    return f"{name}: {words}" if words else f"A post by {name}"


def lines_of(marked_up: str) -> list[str]:
    """The lines of a post's HTML, without its markup."""
    lines = _LINE_END.sub("\n", marked_up).split("\n")
    return [words for line in lines if (words := " ".join(html.unescape(_TAG.sub("", line)).split()))]


def quotation(name: str, lines: Iterable[str]) -> str:
    """Another's words as HTML that says whose they are. They are lines of plain words: markup of theirs could end the
    quotation, and what follows would pass for the quoting post's own."""
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip())
    return f'<blockquote data-author="{html.escape(name)}">{said}</blockquote>' if said else ""


def missing_of(lacking: int, why: SourceError | None, *others: str) -> str | None:
    """What a thread says where its posts count `lacking` more replies than were given; what answers those is not
    counted. `why` the last answer did not come, if it did not. `others` are what else it says, where it says it."""
    replies, were = ("1 reply", "was") if lacking == 1 else (f"{lacking:,} replies", "were")
    short = f"could not be fetched ({why.reason})" if why else f"counted there {were} not given"
    return "; ".join(part for part in (f"at least {replies} {short}" if lacking else "", *others) if part) or None
