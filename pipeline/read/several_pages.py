"""The pages of one article as one text: what each of them tells that the pages before it did not."""

from collections.abc import Sequence

from pipeline.records.items import PageText

_ENDS = frozenset('.!?…。！？।؟:;"”’»)]')
_MOST_LINKS = 100


def one_text(pages: Sequence[PageText]) -> PageText:
    """The first page with the text of the others behind its own. A line that stood on an earlier page (a standfirst,
    who the author is) is not repeated; a sentence that runs over the turn of a page is whole. What the work is called,
    who wrote it and when, its first page says."""
    lines: list[str] = []
    units: set[int] = set()
    told: set[str] = set()
    for page in pages:
        whole_lines = frozenset(page.whole_lines)
        own = [(line, n in whole_lines) for n, line in enumerate(page.text.split("\n")) if line and line not in told]
        if own and lines and _runs_on(lines[-1], own[0][0]) and not own[0][1] and len(lines) - 1 not in units:
            lines[-1] += f" {own.pop(0)[0]}"
        for line, is_unit in own:
            if is_unit:
                units.add(len(lines))
            lines.append(line)
        told |= {line for line, _ in own}
    links = tuple(dict.fromkeys(link for page in pages for link in page.links))[:_MOST_LINKS]
    return pages[0].model_copy(update={"text": "\n".join(lines), "whole_lines": tuple(sorted(units)), "links": links})


def _runs_on(line: str, following: str) -> bool:
    """Whether a line ends within a sentence that goes on in the next."""
    return line[-1] not in _ENDS and following[0].islower() and len(line.split()) > 1
