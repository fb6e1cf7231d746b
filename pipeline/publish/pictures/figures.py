"""The figures of a dispute side by side: each quantity that is measured or claimed as a dot on the line of its margin;
amounts, which have none, as bars from zero. What is predicted is hollow, so that it is not taken for what was measured;
a figure that its own voice has replaced is faint."""

import math
import re
from collections.abc import Callable, Collection, Iterable
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
_TICK = Markup('<text x="{}" y="100%" text-anchor="{}">{}</text>')
_LINE = Markup('<line class="zero" x1="5%" x2="95%" y1="50%" y2="50%"/>')
_GUESS = Markup('<circle class="guess" cx="{}" cy="50%" r="5"/>')
_ROW = Markup('<svg class="plot{}" aria-hidden="true"><use href="#{}"/>{}</svg>')
_AXIS = Markup('<svg class="plot axis" aria-hidden="true"><defs><g id="{}">{}</g></defs>{}</svg>')


class Row(NamedTuple):
    """A figure, whose it is, what exactly it is of where that is not what all are about, its drawing, whether a later
    one of the same voice is in the same picture, and whether it is a prediction by the claims that say it."""

    figure: Figure
    name: str
    of: str
    drawing: Markup
    is_earlier: bool
    is_predicted: bool


class Drawing(NamedTuple):
    """Figures of one kind, oldest first, and the axis below them."""

    about: str
    unit: str
    rows: tuple[Row, ...]
    axis: Markup
    has_margins: bool


class Strip(NamedTuple):
    """Figures of one kind on one line: their values as the page's language writes them, and the inside of an SVG."""

    about: str
    unit: str
    values: tuple[str, ...]
    drawing: Markup
    has_predictions: bool


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
        predicted = {figure.id for figure in figures if is_predicted(figure, version)}
        drawings.append(_drawing(f"grid-{number}", figures, whose, predicted, written))
    return tuple(drawings)


def strip_of(version: Version, written: Callable[[float], str]) -> Strip | None:
    """The figures of the first drawing on one line, without their margins, for a list of threads; None where there is
    no drawing."""
    kinds = kinds_of(version)
    if not kinds:
        return None
    figures = kinds[0]
    scale = Scale([figure.value for figure in figures], with_zero=False)
    predicted = [is_predicted(figure, version) for figure in figures]
    dots = Markup("").join(
        (_GUESS if hollow else _DOT).format(scale.at(figure.value))
        for figure, hollow in zip(figures, predicted, strict=True)
    )
    labels = scale.labels(scale.ticks(), written)
    words = Markup("").join(_TICK.format(label.at, label.anchor, label.text) for label in labels)
    values = tuple(written(figure.value) for figure in figures)
    return Strip(figures[0].about, _unit_of(figures[0]), values, _LINE + dots + words, any(predicted))


def is_predicted(figure: Figure, version: Version) -> bool:
    """Whether all claims that say the figure are predictions."""
    return all(version.claims[claim].kind == "prediction" for claim in figure.claims if claim in version.claims)


def _drawing(
    grid: str,
    figures: Iterable[Figure],
    whose: dict[str, str],
    predicted: Collection[str],
    written: Callable[[float], str],
) -> Drawing:
    by_age = sorted(figures, key=lambda figure: order(figure.date) if figure.date else "")
    has_margins = any(_ends(figure) != (figure.value, figure.value) for figure in by_age)
    reach = [end for figure in by_age for end in _ends(figure)]
    are_bars = not has_margins and min(reach) >= 0
    scale = Scale(reach, with_zero=are_bars)
    rows = []
    for figure in by_age:
        is_earlier = _is_earlier(figure, by_age)
        shape = _bar(figure, scale) if are_bars else _dot(figure, scale)
        marks = (" was" if is_earlier else "") + (" guess" if figure.id in predicted else "")
        drawing = _ROW.format(marks, grid, shape)
        name = whose[figure.id]
        of = figure.of if figure.of.casefold() != figure.about.casefold() else ""
        rows.append(Row(figure, name, of, drawing, is_earlier, figure.id in predicted))
    return Drawing(by_age[0].about, _unit_of(by_age[0]), tuple(rows), _axis(grid, scale, written), has_margins)


def _unit_of(figure: Figure) -> str:
    """The unit, unless what the figure is about names it already."""
    is_named = re.search(rf"\b{re.escape(figure.unit)}\b", figure.about, re.IGNORECASE)
    return "" if is_named else figure.unit


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
