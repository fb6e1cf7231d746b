"""Numbered sentences with their places in the text.

Boundaries come from `sentencex`, a multilingual splitter. Two mends, both of the kind that joins: a piece with no
letters in it ("1.") belongs to what follows, and a piece that begins with a small letter belongs to what precedes
(an abbreviation was taken for an end).
"""

from pipeline.records.items import SentenceSpan


def split(text: str, language: str) -> tuple[SentenceSpan, ...]:
    """The sentences of `text`, whose lines are paragraphs: no sentence crosses a line."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for line in text.split("\n"):
        spans.extend((offset + start, offset + end) for start, end in _of_line(line, language))
        offset += len(line) + 1
    return tuple(SentenceSpan(number=n, start=start, end=end) for n, (start, end) in enumerate(spans, 1))


def _of_line(line: str, language: str) -> list[tuple[int, int]]:
    from sentencex import get_sentence_boundaries

    spans: list[tuple[int, int]] = []
    joins_next = False
    for boundary in get_sentence_boundaries(language, line):
        start, end = boundary["start_index"], boundary["end_index"]
        piece = line[start:end]
        if not any(c.isalnum() for c in piece):
            continue
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        piece = piece.strip()
        if spans and (joins_next or piece[0].islower()):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        joins_next = not any(c.isalpha() for c in piece)
    return spans
