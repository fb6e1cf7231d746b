"""The figures of a dispute side by side: each quantity that is measured or claimed as a dot on the line of its margin;
amounts, which have none, as bars from zero. A figure that its own voice has replaced is hollow."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from markupsafe import Markup

from pipeline.publish.pictures import LEAST
from pipeline.publish.pictures.scale import Scale
from pipeline.records.dates import order
from pipeline.records.pages import Figure, Version

_GRID = Markup('<line x1="{0}" x2="{0}" y2="100%"/>')
_ZERO = Markup('<line class="zero" x1="{0}" x2="{0}" y2="100%"/>')
_MARGIN = Markup('<line class="margin-of" x1="{}" x2="{}" y1="50%" y2="50%"/>')
_DOT = Markup('<circle cx="{}" cy="50%" r="5"/>')
_BAR = Markup('<rect x="{}" y="25%" width="{}" height="50%"/>')
_LABEL = Markup('<text x="{}" y="1.1em" text-anchor="{}">{}</text>')
_ROW = Markup('<svg class="plot{}" aria-hidden="true"><use href="#{}"/>{}</svg>')
_AXIS = Markup('<svg class="plot axis" aria-hidden="true"><defs><g id="{}">{}</g></defs>{}</svg>')


class Row(NamedTuple):
    """A figure, whose it is, what exactly it is of where its voice gives more than one, its drawing, and whether a
    later one of the same voice is in the same picture."""

    figure: Figure
    name: str
    of: str
    drawing: Markup
    is_earlier: bool


class Drawing(NamedTuple):
    """Figures of one kind, oldest first, and the axis below them."""

    about: str
    unit: str
    rows: tuple[Row, ...]
    axis: Markup
    has_margins: bool


def kinds_of(version: Version) -> tuple[tuple[Figure, ...], ...]:
    """The figures that are drawn, by kind: those about one thing in one unit that rest on a claim of the version, where
    there are enough of them; in the order of the page, the most disputed first."""
    kinds: dict[tuple[str, str], list[Figure]] = {}
    for figure in version.figures:
        if _is_drawable(figure) and any(claim in version.claims for claim in figure.claims):
            kinds.setdefault((figure.about.casefold(), figure.unit), []).append(figure)
    return tuple(tuple(figures) for figures in kinds.values() if len(figures) >= LEAST)


def drawings_of(version: Version, written: Callable[[float], str]) -> tuple[Drawing, ...]:
    """A drawing of each kind; `written` is a number in the language of the page."""
    names = {source.number: source.venue or source.title for source in version.sources}
    drawings = []
    for number, figures in enumerate(kinds_of(version), 1):
        first_claims = [next(claim for claim in figure.claims if claim in version.claims) for figure in figures]
        titles = [names.get(version.claims[claim].source, "") for claim in first_claims]
        whose = {figure.id: figure.voice or title for figure, title in zip(figures, titles, strict=True)}
        drawings.append(_drawing(f"grid-{number}", figures, whose, written))
    return tuple(drawings)


def _drawing(grid: str, figures: Iterable[Figure], whose: dict[str, str], written: Callable[[float], str]) -> Drawing:
    by_age = sorted(figures, key=lambda figure: order(figure.date) if figure.date else "")
    has_margins = any(_ends(figure) != (figure.value, figure.value) for figure in by_age)
    reach = [end for figure in by_age for end in _ends(figure)]
    are_bars = not has_margins and min(reach) >= 0
    scale = Scale(reach, with_zero=are_bars)
    rows = []
    for figure in by_age:
        is_earlier = _is_earlier(figure, by_age)
        shape = _bar(figure, scale) if are_bars else _dot(figure, scale)
        drawing = _ROW.format(" was" if is_earlier else "", grid, shape)
        name = whose[figure.id]
        is_one_of_several = sum(whose[other.id] == name for other in by_age) > 1
        rows.append(Row(figure, name, figure.of if is_one_of_several else "", drawing, is_earlier))
    return Drawing(by_age[0].about, by_age[0].unit, tuple(rows), _axis(grid, scale, written), has_margins)


def _axis(grid: str, scale: Scale, written: Callable[[float], str]) -> Markup:
    ticks = scale.ticks()
    lines = Markup("").join((_GRID if tick else _ZERO).format(scale.at(tick)) for tick in ticks)
    labels = (_LABEL.format(label.at, label.anchor, label.text) for label in scale.labels(ticks, written))
    return _AXIS.format(grid, lines, Markup("").join(labels))


def _dot(figure: Figure, scale: Scale) -> Markup:
    low, high = _ends(figure)
    margin = _MARGIN.format(scale.at(low), scale.at(high)) if low != high else Markup("")
    return margin + _DOT.format(scale.at(figure.value))


def _bar(figure: Figure, scale: Scale) -> Markup:
    return _BAR.format(scale.at(0.0), scale.width(0.0, figure.value))


def _ends(figure: Figure) -> tuple[float, float]:
    """The lowest and the highest number that a figure reaches to."""
    known = [end for end in (figure.value, figure.low, figure.high) if end is not None]
    return min(known), max(known)


def _is_earlier(figure: Figure, figures: Iterable[Figure]) -> bool:
    """Whether the same voice gives a later one of the same thing."""
    return any(
        other.voice
        and (other.voice.casefold(), other.of.casefold()) == (figure.voice.casefold(), figure.of.casefold())
        and order(figure.date) < order(other.date)
        for other in figures
        if figure.date and other.date
    )


def _is_drawable(figure: Figure) -> bool:
    return all(math.isfinite(end) for end in (figure.value, figure.low, figure.high) if end is not None)
