"""What a reader of a page sees: the page's tree without what its markup and its own style sheets hide.

Words that no reader sees are no evidence, and a page could speak through them to a model. What a style hides is told
here by its effect, however it is written: display, visibility, opacity, size, position, clipping, colour. A part of an
article that is only folded away (a second step, a tab) is left out too, and counted, so that the page is known to be
read in part.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from pipeline.read.html.style_sheet import StyleSheet, declarations

_NUMBER = re.compile(r"(-?\d*\.?\d+(?:e-?\d+)?)(px|em|rem|ex|ch|pt|pc|cm|mm|in|vw|vh|%)?")
_PIXELS = {None: 1, "px": 1, "em": 16, "rem": 16, "ex": 8, "ch": 8, "pt": 1.33, "pc": 16, "cm": 38, "mm": 3.8, "in": 96,
           "vw": 12.8, "vh": 8, "%": 6}  # fmt: skip
_FAR = 400  # pixels beyond the edge of the page
_FAR_RIGHT = 5000  # to the right or down, where a page may go on
_SMALLEST = 2  # pixels of a letter that can be read
_FAINTEST = 0.1  # of opacity
_LEAST_CONTRAST = 1.25  # WCAG 2.2 asks for 4.5; what a reader can make out at all begins at about 1.3
_COLOURS = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245),
    "floralwhite": (255, 250, 240), "azure": (240, 255, 255), "mintcream": (245, 255, 250), "navy": (0, 0, 128),
    "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "darkgray": (169, 169, 169), "maroon": (128, 0, 0),
}  # fmt: skip
_WHITE = _COLOURS["white"]
_HEX = re.compile("[0-9a-f]{3}(?:[0-9a-f]{3})?")  # as attributes write a colour, and style sheets may not
_GONE = "gone"
_WITHOUT_WORDS = frozenset(
    ("head", "script", "style", "svg", "br", "img", "source", "meta", "link", "hr", "iframe", "wbr")
)
_FEWEST_PROSE = 12  # words of a paragraph
_FEWEST_FOLDED = 40  # words of prose that make a hidden block a part of an article

_BY_NAME = re.compile(
    r"(?:^|\s)(?:sr-only|(?:u-|is-)?visually-?hidden(?:-focusable)?|screen-reader-(?:text|only)|hidden-visually|"
    r"a11y-hidden|off-?screen)(?:\s|$)",
    re.IGNORECASE,
)
"""What sheets that stand elsewhere hide under one name: words for those who hear a page, which the eye does not see."""

_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;{}]{3,60})", re.IGNORECASE)
_MOST_GROUNDS = 50
_BEHIND = frozenset(("background", "background-color", "background-image"))
_BESIDE = frozenset(
    ("position", "overflow", "animation", "animation-name", "transition", "background-clip", "-webkit-background-clip")
)
"""Properties that decide what another one does."""
_COLOURING = frozenset(("color", "-webkit-text-fill-color"))

_SIZING = frozenset(("font-size", "font", "letter-spacing", "scale", "zoom", "filter"))
_PLACING = frozenset(
    ("text-indent", "margin", "translate", "margin-left", "margin-top", "left", "right", "top", "bottom", "inset",
     "transform")
)  # fmt: skip
_CUTTING = frozenset(("clip", "clip-path", "height", "width", "max-height", "max-width"))
"""Properties without which nothing is too small, too far away or cut off."""

Colour = tuple[int, int, int]


_STYLES = etree.XPath("//@style", smart_strings=False)
_GROUNDS = etree.XPath("//@bgcolor", smart_strings=False)


class Hidden(NamedTuple):
    """A hidden block with prose in it: where it stood, and how many words of paragraphs it held."""

    parent: HtmlElement
    words: int


def drop_hidden(tree: HtmlElement) -> tuple[list[Hidden], bool]:
    """Takes out of `tree` what no reader sees. Returns the hidden blocks that hold prose, and whether all of the page's
    own style could be followed."""
    sheets = [str(style.text or "") for style in tree.iter("style")]
    own = [*_STYLES(tree), *(f"background:{colour}" for colour in _GROUNDS(tree))]
    grounds = _grounds([*sheets, *own])
    sheet = StyleSheet(sheets, lambda values: _matters(values, grounds), tree)
    elsewhere = any("stylesheet" in link.get("rel", "").lower() for link in tree.iter("link"))
    gone = list(_hidden(tree, sheet, grounds, elsewhere))
    styled = sum(_words(paragraph) for element, by_style in gone if by_style for paragraph in element.iter("p"))
    if styled > 1.6 * _FEWEST_FOLDED:
        shown = sum(_words(paragraph) for paragraph in tree.iter("p"))
        if shown > 2 * _FEWEST_FOLDED and styled > 0.8 * shown:  # it is shown by a script once it is there
            gone = [(element, by_style) for element, by_style in gone if not by_style]
    folded = [Hidden(parent, words) for element, _ in gone if (words := _prose(element)) >= _FEWEST_FOLDED
              and (parent := element.getparent()) is not None]  # fmt: skip
    for element, _ in gone:
        element.clear(keep_tail=True)
        element.tag = "br" if element.tag in ("p", "div", "section", "li", "td", "tr", "table") else _GONE
    etree.strip_tags(tree, _GONE)
    return folded, sheet.whole


def _words(element: HtmlElement) -> int:
    return len("".join(element.itertext()).split())


def _prose(element: HtmlElement) -> int:
    """The words of an element's paragraphs; none where it is a dialog, a form or a menu."""
    if element.tag in ("dialog", "form", "nav", "aside", "footer", "header", "template", "figure", "svg"):
        return 0
    if (
        element.get("role") in ("dialog", "alertdialog", "navigation", "menu", "alert")
        or element.find(".//form") is not None
    ):
        return 0
    paragraphs = [element] if element.tag == "p" else element.iter("p")
    return sum(words for p in paragraphs if (words := _words(p)) >= _FEWEST_PROSE and 2 * _linked(p) < words)


def _linked(element: HtmlElement) -> int:
    return sum(_words(link) for link in element.iter("a"))


def _hidden(
    tree: HtmlElement, sheet: StyleSheet, grounds: frozenset[Colour], elsewhere: bool
) -> Iterator[tuple[HtmlElement, bool]]:
    """The outermost hidden elements, and whether a style hides them or the markup itself."""
    behind: dict[HtmlElement, dict[str, str]] = {}
    walker = etree.iterwalk(tree, events=("start",))
    for _, element in walker:
        tag = element.tag
        if not isinstance(tag, str) or tag in _WITHOUT_WORDS:
            walker.skip_subtree()
            continue
        if tag in ("html", "body"):
            continue
        attributes = dict(element.items())
        if _by_markup(tag, attributes):
            yield element, False
            walker.skip_subtree()
        elif names := _suspects(element, attributes, sheet, grounds):
            style = _style_of(element, sheet, names | _BESIDE)
            if is_unseen(style) or (style.keys() & _COLOURING and _is_lost(element, style, sheet, behind, elsewhere)):
                yield element, True
                walker.skip_subtree()


def _suspects(
    element: HtmlElement, attributes: Mapping[str, str], sheet: StyleSheet, grounds: frozenset[Colour]
) -> frozenset[str]:
    """The properties that could hide an element: of rules that apply to it, and of its own."""
    names = sheet.suspects(element, attributes)
    if "color" in attributes:
        names |= _COLOURING
    if "style" in attributes:
        own = {name: sheet.resolved(value) for name, (value, _) in declarations(attributes["style"]).items()}
        if _matters(own, grounds):
            names = names.union(own)
    return names


def _style_of(element: HtmlElement, sheet: StyleSheet, names: frozenset[str]) -> dict[str, str]:
    """The values that apply to an element, with those of the attributes that were used before there was CSS."""
    style = sheet.of(element, names)
    for attribute, name in (("color", "color"), ("bgcolor", "background-color")):
        if attribute in element.attrib and name in names:
            value = element.get(attribute, "").strip().lower()
            style.setdefault(name, f"#{value}" if _HEX.fullmatch(value) else value)
    return style


def _grounds(sheets: Iterable[str]) -> frozenset[Colour]:
    """The colours that a page's style sheets give to what is behind words."""
    stated = {value.lower() for sheet in sheets for value in _BACKGROUND.findall(sheet)}
    found = {_colour(value if value.startswith(("rgb", "hsl")) else value.partition(" ")[0])[1] for value in stated}
    return frozenset((*[colour for colour in found if colour][:_MOST_GROUNDS], _WHITE))


def _matters(values: Mapping[str, str], grounds: frozenset[Colour]) -> bool:
    """Whether a rule of a style sheet could hide something: by what it sets, or by a colour that is hard to see."""
    if is_unseen({"position": "absolute", "overflow": "hidden", **values}):
        return True
    alpha, colour = _ink(values)
    if alpha is None or colour is None:
        return alpha is not None
    return alpha < _FAINTEST or any(_contrast(colour, ground) < _LEAST_CONTRAST for ground in grounds)


def _by_markup(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element's tag and attributes say that it is hidden."""
    hidden = attributes.get("hidden")
    return (
        (hidden is not None and hidden.lower() != "until-found")
        or tag == "template"
        or (tag == "dialog" and "open" not in attributes)
        or "popover" in attributes
        or ("class" in attributes and _is_named_hidden(attributes["class"]))
    )


@lru_cache(10_000)
def _is_named_hidden(names: str) -> bool:
    return bool(_BY_NAME.search(names))


def is_unseen(style: Mapping[str, str]) -> bool:
    """Whether values of CSS keep an element from being seen, by anything but its colour."""
    get = style.get
    if get("display") == "none" or get("visibility") in ("hidden", "collapse") or get("content-visibility") == "hidden":
        return "animation" not in style or get("display") == "none"
    if _first(get("opacity"), 1) < _FAINTEST and not style.keys() & {"animation", "animation-name", "transition"}:
        return True
    return _is_tiny(style) or _is_away(style) or _is_cut(style)


def _is_tiny(style: Mapping[str, str]) -> bool:
    if _SIZING.isdisjoint(style):
        return False
    size = style.get("font-size")
    if size is None and "font" in style:
        sizes = [word for word in re.split(r"[\s/]", style["font"]) if _NUMBER.fullmatch(word) and not word.isdigit()]
        size = sizes[0] if sizes else "0" if " 0 " in f" {style['font'].replace('/', ' ')} " else None
    if size is not None and (match := _NUMBER.match(size)) and _pixels_of_size(match) < _SMALLEST:
        return True
    if _pixels(style.get("letter-spacing")) <= -_PIXELS["ex"]:
        return True
    small = _first(style.get("scale"), 1) == 0 or _first(style.get("zoom"), 1) < 0.05
    filtered = re.search(r"opacity\(\s*0?(?:\.0\d*|%|0)*\s*%?\)", style.get("filter", ""))
    return small or bool(filtered)


def _pixels_of_size(match: re.Match[str]) -> float:
    return float(match[1]) * (0.16 if match[2] == "%" else _PIXELS[match[2]])


def _is_away(style: Mapping[str, str]) -> bool:
    if _PLACING.isdisjoint(style):
        return False
    indent = _pixels(style.get("text-indent"))
    if indent < -_FAR or (indent > _FAR and style.get("overflow") == "hidden"):
        return True
    moves = f"{style.get('margin', '')} {style.get('translate', '')}".split()
    shifts = [_pixels(style.get(name)) for name in ("margin-left", "margin-top")] + [_pixels(each) for each in moves]
    if style.get("position") in ("absolute", "fixed", "relative"):
        names = ("left", "right", "top", "bottom")
        shifts += [_pixels(style.get(name)) for name in names] + [
            _pixels(each) for each in style.get("inset", "").split()
        ]
    if min(shifts) < -_FAR or (style.get("position") in ("absolute", "fixed") and max(shifts) > _FAR_RIGHT):
        return True
    moved = re.findall(r"(translate\w*|scale\w*|matrix)\(([^)]*)\)", style.get("transform", ""))
    for kind, values in moved:
        numbers = [_pixels(value) for value in values.split(",")]
        if min(numbers) < -_FAR or (kind.startswith("scale") and abs(numbers[0]) < 0.05):
            return True
    return False


def _is_cut(style: Mapping[str, str]) -> bool:
    if _CUTTING.isdisjoint(style):
        return False
    clip, path = style.get("clip", "").replace(",", " "), style.get("clip-path", "")
    if clip.startswith("rect") and style.get("position") in ("absolute", "fixed"):
        edges = [_pixels(each) for each in clip[5:].rstrip(")").split()]
        if len(edges) == 4 and (edges[2] - edges[0] <= 1 or edges[1] - edges[3] <= 1):
            return True
    inset = _NUMBER.match(path[6:]) if path.startswith("inset(") else None
    if (inset and inset[2] == "%" and float(inset[1]) >= 50) or re.match(r"(?:circle|ellipse)\(\s*0", path):
        return True
    if re.match(r"polygon\(\s*0[a-z%]*\s+0[a-z%]*\s*(?:,\s*0[a-z%]*\s+0[a-z%]*\s*)+\)", path):
        return True
    cut = any(style.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))
    sides = [_pixels(style[name]) for name in ("height", "width", "max-height", "max-width")
             if name in style and _NUMBER.match(style[name])]  # fmt: skip
    return cut and bool(sides) and min(sides) <= 1


def _pixels(value: str | None) -> float:
    match = _NUMBER.search(value[:200]) if value else None
    return float(match[1]) * _PIXELS[match[2]] if match else 0.0


def _first(value: str | None, otherwise: float) -> float:
    match = _NUMBER.match(value) if value else None
    return otherwise if not match else float(match[1]) / (100 if match[2] == "%" else 1)


def _is_lost(
    element: HtmlElement,
    style: Mapping[str, str],
    sheet: StyleSheet,
    behind: dict[HtmlElement, dict[str, str]],
    elsewhere: bool,
) -> bool:
    """Whether an element's words have the colour of what is behind them. White on a ground that another sheet may give
    is taken for unseen: on the ground that a page has where nothing is said, it is."""
    alpha, colour = _ink(style)
    known, ground = _ground(element, sheet, behind, elsewhere)
    if alpha is None or "text" in (style.get(name) for name in ("background-clip", "-webkit-background-clip")):
        return False
    if alpha < _FAINTEST:
        return True
    if colour is None or (ground is None and known) or (not known and colour != _WHITE):
        return False
    return _contrast(colour, ground or _WHITE) < _LEAST_CONTRAST


def _ink(style: Mapping[str, str]) -> tuple[float | None, Colour | None]:
    return _colour(style.get("-webkit-text-fill-color") or style.get("color", ""))


def _ground(
    element: HtmlElement, sheet: StyleSheet, behind: dict[HtmlElement, dict[str, str]], elsewhere: bool
) -> tuple[bool, Colour | None]:
    """Whether what is behind an element is known, and its colour: None where it is a picture."""
    each: HtmlElement | None = element
    while each is not None:
        if each not in behind:
            behind[each] = _style_of(each, sheet, _BEHIND)
        style = behind[each]
        stated = style.get("background-color") or style.get("background", "")
        if "url(" in stated or "gradient" in stated or "background-image" in style:
            return True, None
        alpha, colour = _colour(stated if stated.startswith(("rgb", "hsl")) else stated.partition(" ")[0])
        if colour is not None and alpha:
            return True, colour
        each = each.getparent()
    return not elsewhere, _WHITE


def _colour(value: str) -> tuple[float | None, Colour | None]:
    """The opacity and colour that a CSS value names; None for what it does not say."""
    value = value.strip()
    if value == "transparent":
        return 0.0, None
    if value in _COLOURS:
        return 1.0, _COLOURS[value]
    if value.startswith("#"):
        digits = value[1:]
        digits = "".join(c * 2 for c in digits) if len(digits) in (3, 4) else digits
        if re.fullmatch(r"[0-9a-f]{6}(?:[0-9a-f]{2})?", digits):
            parts = [int(digits[n : n + 2], 16) for n in range(0, len(digits), 2)]
            return (parts[3] / 255 if len(parts) == 4 else 1.0), (parts[0], parts[1], parts[2])
    numbers = re.findall(r"(-?\d*\.?\d+)(%?)", value[:100])
    if value.startswith(("lab(", "lch(", "oklab(", "oklch(")) and numbers:
        lightness = float(numbers[0][0]) / (1 if value.startswith("ok") and not numbers[0][1] else 100)
        grey = round(255 * lightness)
        return 1.0, (grey, grey, grey) if lightness in (0, 1) else None
    if value.startswith(("rgb", "hsl")) and len(numbers) >= 3:
        alpha = float(numbers[3][0]) / (100 if numbers[3][1] else 1) if len(numbers) > 3 else 1.0
        if value.startswith("rgb"):
            levels = [min(255, max(0, round(float(n) * (2.55 if percent else 1)))) for n, percent in numbers[:3]]
            return alpha, (levels[0], levels[1], levels[2])
        light = float(numbers[2][0])
        grey = round(light * 2.55)
        return alpha, (grey, grey, grey) if light in (0, 100) else None
    return None, None


@lru_cache(10_000)
def _light(colour: Colour) -> float:
    """The relative luminance of WCAG 2.2."""
    levels = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * levels[0] + 0.7152 * levels[1] + 0.0722 * levels[2]


@lru_cache(10_000)
def _contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
