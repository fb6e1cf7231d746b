"""Markdown as a reader sees it: paragraphs, headings, list items, rows of tables, code and notes, one a line, without
the signs that mark them (CommonMark 0.31, tables and footnotes as GitHub has them)."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)(.*?)(?:[ \t]#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}(?:[-*_][ \t]*){3,}")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)")
_TABLE_LINE = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_NOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,40})\]:[ \t]*(.*)")
_TARGET = re.compile(r" {0,3}\[[^\]]{1,200}\]:[ \t]*\S+.*")
_QUOTE = re.compile(r"(?: {0,3}>[ ]?)+")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_FIELD = re.compile(r"(title|author|date)[ \t]*:[ \t]*(.+)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_MARKED = re.compile(r"[\[<`*_~\\&]")
_INLINE = (
    (re.compile(r"!\[[^\[\]]{0,500}\](?:\([^()]{0,1000}\)|\[[^\[\]]{0,200}\])"), ""),
    (re.compile(r"\[\^([^\]\s]{1,40})\]"), r"[\1]"),
    (
        re.compile(
            r"\[((?:[^\[\]]|\[[^\[\]]{0,100}\]){0,1000})\]"
            r"(?:\((?:[^()]|\([^()]{0,200}\)){0,1000}\)|\[[^\[\]]{0,200}\])"
        ),
        r"\1",
    ),
    (re.compile(r"<(https?://[^<>\s]{1,2000})>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,1000}>"), ""),
    (re.compile(r"`{1,3}([^`]{1,2000})`{1,3}"), r"\1"),
    (re.compile(r"(\*\*|~~)(?=\S)([^*~]{1,2000})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)__(?=\S)([^_]{1,2000})(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"\*(?=\S)([^*]{1,2000})(?<=\S)\*"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]{1,2000})(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)  # fmt: skip


class Markdown(NamedTuple):
    """What a Markdown file says. `title`, `author` and `date` are those of its front matter, the title else its first
    heading; `whole_lines` are the numbers, from 0, of lines that are one unit."""

    title: str
    author: str
    date: str
    text: str
    whole_lines: tuple[int, ...]


def read_markdown(source: str) -> Markdown:
    """The text of a Markdown file."""
    lines: Sequence[str] = _COMMENT.sub("", source.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    fields, lines = _front_matter(lines)
    written = [(text, unit, level) for text, unit, level in _blocks(lines) if text]
    title = fields.get("title") or next((text for text, _, level in written if level), "")
    written = [each for each in written if each[0] != title]
    units = tuple(number for number, (_, unit, _) in enumerate(written) if unit)
    text = "\n".join(text for text, _, _ in written)
    return Markdown(title, fields.get("author", ""), fields.get("date", ""), text, units)


def _front_matter(lines: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    if not lines or lines[0].strip() != "---":
        return {}, lines
    end = next((n for n, line in enumerate(lines[1:200], 1) if line.strip() in ("---", "...")), 0)
    found = [match for line in lines[1:end] if (match := _FIELD.fullmatch(line.strip()))]
    return {match[1].lower(): match[2].strip().strip("\"'") for match in found}, lines[end + 1 :] if end else lines


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, bool, bool]]:
    """Each line of text, whether it is one unit, and whether it is a heading."""
    gathered: list[str] = []
    place = 0

    def closed() -> Iterator[tuple[str, bool, bool]]:
        for text in "\n".join(gathered).replace("  \n", "\x1e").replace("\\\n", "\x1e").split("\x1e"):
            yield _plain(text), False, False
        gathered.clear()

    while place < len(lines):
        bare = _QUOTE.sub("", lines[place], count=1) if lines[place].lstrip().startswith(">") else lines[place]
        place += 1
        if fence := _FENCE.match(bare):
            yield from closed()
            end = next((n for n in range(place, len(lines)) if lines[n].strip().startswith(fence[1])), len(lines))
            yield _code(lines[place:end]), True, False
            place = end + 1
        elif not bare.strip():
            yield from closed()
        elif not gathered and bare.startswith(("    ", "\t")) and not _ITEM.fullmatch(bare):
            end = next((n for n in range(place, len(lines)) if not lines[n].startswith(("    ", "\t"))), len(lines))
            yield _code([bare, *lines[place:end]]), True, False
            place = end
        elif heading := _HEADING.fullmatch(bare):
            yield from closed()
            yield _plain(heading[1]), False, True
        elif gathered and _UNDERLINE.fullmatch(bare):
            text = _plain(" ".join(gathered))
            gathered.clear()
            yield text, False, True
        elif _RULE.fullmatch(bare) or (not gathered and _TARGET.fullmatch(bare) and not _NOTE.fullmatch(bare)):
            yield from closed()
        elif "|" in bare and place < len(lines) and "-" in lines[place] and _TABLE_LINE.fullmatch(lines[place]):
            yield from closed()
            end = next((n for n in range(place + 1, len(lines)) if "|" not in lines[n]), len(lines))
            for row in (bare, *lines[place + 1 : end]):
                yield _row(row), True, False
            place = end
        elif note := _NOTE.fullmatch(bare):
            yield from closed()
            gathered.append(f"\\[note {note[1]}\\] {note[2]}")
        elif item := _ITEM.fullmatch(bare):
            yield from closed()
            gathered.append(item[1])
        else:
            gathered.append(bare)
    yield from closed()


def _code(lines: Sequence[str]) -> str:
    return " ⏎ ".join(line.rstrip().replace("\t", "    ") for line in lines if line.strip()).strip()


def _row(line: str) -> str:
    cells = _CELL_BORDER.split(line.strip().removeprefix("|").removesuffix("|"))
    return " | ".join(_plain(cell.replace("\\|", "|")) for cell in cells).rstrip(" |")


def _plain(text: str) -> str:
    """A run of Markdown as its words."""
    if not _MARKED.search(text):
        return " ".join(text.split())
    for pattern, words in _INLINE:
        text = pattern.sub(words, text)
    return " ".join(html.unescape(text).split())
