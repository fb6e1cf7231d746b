"""The style sheets that stand in a page itself, read as far as they decide what a reader sees.

Of CSS (Cascading and Selectors, Level 4) this knows type, class, id and attribute selectors with all combinators and
the commonest pseudo-classes, the cascade by importance, specificity and order, escapes, custom properties and the media
queries of a wide screen. A rule with another selector is passed over: it hides nothing here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from lxml.html import HtmlElement

_MOST_CHECKS = 500_000  # selectors against elements; the 121 pages of the article benchmark need 0.22 million at most
_MOST_CLASSES = 100  # of one element
_WIDTH = 1280  # pixels of the screen that media queries are asked for
_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)")
_HTML_COMMENT = re.compile(r"<!--|-->")
_PIECE = re.compile(r"([^{}]*+)([{}]|\Z)")
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_SIMPLE = re.compile(
    r"([.#]?)((?:[\w-]|[^\x00-\x7f])+)|\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*[\"']?([^\"'\]]*)[\"']?\s*)?\]|(\*)"
    r"|:(not|is|where|nth-child|first-child|last-child|root)(?:\(\s*([^()]*)\s*\))?"
)
_NTH = re.compile(r"(?:([+-]?\d{0,4})n)?([+-]?\d{1,4})?")
_LENGTH = re.compile(r"\(\s*(min|max)-width\s*:\s*([\d.]+)(px|em|rem)\s*\)")
_AT_RULE = re.compile(r"@[\w-]+")
_SELECTORS = re.compile(r"(?:[^,()\[\]]|\([^()]*+\)|\[[^\]]*+\])++")
_PARTS = re.compile(r"[>+~]|(?:[^\s>+~()\[\]]|\([^()]*\)|\[[^\]]*\])+")
_SUSPECT = re.compile(
    r"none|hidden|collapse|opacity|clip|scale|matrix|translate|zoom|transparent|\\|var\(|-\s*\d{2}|\d{4}|fill-color|"
    r"font-size\s*:\s*[01.]|font\s*:|(?:height|width)\s*:\s*[01.]|indent\s*:\s*[1-9]\d|"
    r"(?<![\w-])color\s*:",
    re.IGNORECASE,
)
"""What a rule must say to be able to hide something; every other is passed over unread."""
READ = frozenset((
    "display", "visibility", "opacity", "font-size", "font", "color", "background", "background-color", "position",
    "left", "right", "top", "bottom", "inset", "text-indent", "clip", "clip-path", "height", "width", "max-height",
    "max-width", "overflow", "overflow-x", "overflow-y", "transform", "filter", "margin-left", "margin-top",
    "margin", "content-visibility", "animation", "animation-name", "transition", "background-clip",
    "-webkit-background-clip", "-webkit-text-fill-color", "scale", "translate", "zoom", "line-height",
    "background-image", "letter-spacing",
))  # fmt: skip

Declarations = Mapping[str, tuple[str, bool]]
"""A property's value, and whether it is !important."""


class _Compound(NamedTuple):
    """One step of a selector. `how` says where the step before it must be: " " above it, ">" its parent, "+" right
    before it, "~" before it. `states` are its pseudo-classes."""

    tag: str | None
    ids: tuple[str, ...]
    classes: frozenset[str]
    attributes: tuple[tuple[str, str | None, str | None], ...]
    states: tuple[tuple[str, str], ...]
    how: str


class _Rule:
    """One selector with the declarations that it gives. Most rules of a page are never asked about, so what they say
    is read when first needed."""

    def __init__(self, selector: str, body: str, order: int) -> None:
        self.order = order
        self._selector, self._body = selector, body

    @cached_property
    def steps(self) -> tuple[_Compound, ...] | None:
        return _steps(self._selector)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The classes that must stand above an element for the rule to apply to it."""
        steps = self.steps or ()
        above = steps[:-1] if all(step.how in " >" for step in steps) else ()
        return frozenset(name for step in above for name in step.classes)

    @cached_property
    def specificity(self) -> tuple[int, int, int]:
        return _specificity(self.steps or ())

    @cached_property
    def declarations(self) -> Declarations:
        return {name: each for name, each in declarations(self._body).items() if name in READ}


class StyleSheet:
    """The rules of a page. `whole` turns false once a page asks for more work than any real one does: from there on
    it hides nothing any more."""

    def __init__(
        self, sheets: Iterable[str], matters: Callable[[Mapping[str, str]], bool], tree: HtmlElement | None = None
    ) -> None:
        """`matters` says of a rule's values whether they could hide something: the other rules are only asked about
        elements that such a rule applies to. Rules for nothing that stands in `tree` are passed over: most are."""
        self.whole = True
        self._checks = 0
        self._variables: dict[str, str] = {}
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        self._that_matter: dict[str, list[_Rule]] = defaultdict(list)
        self._classes: dict[HtmlElement, frozenset[str]] = {}
        self._above: dict[HtmlElement, frozenset[str]] = {}
        read = [rule for sheet in sheets for rule in _rules_in(sheet)]
        for _, body in read:
            if "--" in body:
                self._variables.update({n: value for n, (value, _) in declarations(body).items() if n.startswith("--")})
        present = None if tree is None else _keys_in(tree)
        for order, (selectors, body) in enumerate(read):
            keyed = [(selector, _key(selector)) for selector in _SELECTORS.findall(selectors)]
            if present is not None:
                keyed = [each for each in keyed if each[1] in present]
            if not keyed:
                continue
            suspect = bool(_SUSPECT.search(body)) and matters(
                {name: self.resolved(v) for name, (v, _) in declarations(body).items() if name in READ}
            )
            for selector, key in keyed:
                rule = _Rule(selector, body, order)
                self._rules[key].append(rule)
                if suspect:
                    self._that_matter[key].append(rule)

    def suspects(self, element: HtmlElement) -> frozenset[str]:
        """The properties of the rules that matter and apply to `element`."""
        rules = (rule for rule in self._candidates(element, self._that_matter) if self._applies(rule, element))
        return frozenset(name for rule in rules for name in rule.declarations)

    def of(self, element: HtmlElement, names: frozenset[str]) -> dict[str, str]:
        """The values of some properties that apply to `element`, its own `style` included."""
        rules = [
            rule
            for rule in self._candidates(element, self._rules)
            if not names.isdisjoint(rule.declarations) and self._applies(rule, element)
        ]
        inline = element.get("style")
        if not rules and not inline:
            return {}
        won: dict[str, tuple[bool, tuple[int, int, int], int, str]] = {}
        for rule in rules:
            for name, (value, important) in rule.declarations.items():
                rank = (important, rule.specificity, rule.order, value)
                if name not in won or rank[:3] >= won[name][:3]:
                    won[name] = rank
        for name, (value, important) in declarations(inline or "").items():
            if name in names and (important or name not in won or not won[name][0]):
                won[name] = (important, (9, 9, 9), 0, value)
        return {name: self.resolved(rank[3]) for name, rank in won.items() if name in names}

    def resolved(self, value: str) -> str:
        """A value with the custom properties that it names."""
        for _ in range(3):
            if "var(" not in value:
                return value
            value = _VARIABLE.sub(lambda m: self._variables.get(m[1], m[2] or ""), value)[:1000]
        return value

    def _candidates(self, element: HtmlElement, rules: Mapping[str, list[_Rule]]) -> Iterator[_Rule]:
        if rules:
            for key in (f"#{element.get('id')}", *(f".{name}" for name in self._classes_of(element)), element.tag, "*"):
                for rule in rules.get(key, ()):
                    if not self.whole:
                        return
                    yield rule

    def _classes_of(self, element: HtmlElement) -> frozenset[str]:
        classes = self._classes.get(element)
        if classes is None:
            classes = self._classes[element] = frozenset(element.get("class", "").split()[:_MOST_CLASSES])
        return classes

    def _applies(self, rule: _Rule, element: HtmlElement) -> bool:
        self._checks += 1
        if self._checks > _MOST_CHECKS:
            self.whole = False
            return False
        if rule.steps is None:
            return False
        *before, last = rule.steps
        if not self._is(element, last) or (before and not rule.needed <= self._classes_above(element)):
            return False
        how, each = last.how, element
        while before:
            following = each.getprevious() if how in "+~" else each.getparent()
            if following is None:
                return False
            each = following
            self._checks += 1
            if self._is(each, before[-1]):
                how = before.pop().how
            elif how in ">+":
                return False
        return True

    def _classes_above(self, element: HtmlElement) -> frozenset[str]:
        """The classes of all elements around `element`."""
        parent = element.getparent()
        if parent is None:
            return frozenset()
        known = self._above.get(parent)
        if known is None:
            known = self._above[parent] = self._classes_above(parent) | self._classes_of(parent)
        return known

    def _is(self, element: HtmlElement, step: _Compound) -> bool:
        if step.tag and element.tag != step.tag:
            return False
        if step.classes and not step.classes <= self._classes_of(element):
            return False
        if step.ids and set(step.ids) != {element.get("id")}:
            return False
        if step.attributes and not all(_has(element.get(name), how, v or "") for name, how, v in step.attributes):
            return False
        return not step.states or all(self._is_in_state(element, name, value) for name, value in step.states)

    def _is_in_state(self, element: HtmlElement, name: str, value: str) -> bool:
        if name in ("not", "is", "where"):
            inner = [_compound(part.strip(), " ") for part in value.split(",")]
            return any(part is not None and self._is(element, part) for part in inner) != (name == "not")
        if name == "root":
            return element.getparent() is None
        if name == "last-child":
            return element.getnext() is None
        if name == "first-child" or value == "1":
            return element.getprevious() is None
        place = 1 + sum(1 for _ in element.itersiblings(preceding=True))
        self._checks += place
        return _is_counted(place, value)


def declarations(body: str) -> dict[str, tuple[str, bool]]:
    """The declarations of a rule's body or of a `style` attribute, lower-cased, escapes resolved, the last one of a
    property standing."""
    found: dict[str, tuple[str, bool]] = {}
    for declaration in _COMMENT.sub(" ", body).split(";"):
        name, colon, value = declaration.partition(":")
        if colon and len(value) < 2000:
            name, value = _unescaped(name).strip().lower(), " ".join(_unescaped(value).lower().split())
            value, bang, _ = value.partition("!")
            if name not in found or bang or not found[name][1]:
                found[name] = (value.strip(), bool(bang))
    return found


def _rules_in(sheet: str) -> Iterator[tuple[str, str]]:
    """The (selectors, body) of the rules that hold on a wide screen."""
    holding = [True]
    prelude = ""
    for match in _PIECE.finditer(_COMMENT.sub(" ", _HTML_COMMENT.sub(" ", sheet))):
        text, sign = match.groups()
        if sign == "{":
            prelude = text.rpartition(";")[2].strip() if len(holding) == 1 else text.strip()
            holding.append(holding[-1] and (not prelude.startswith("@") or _holds(prelude)))
        else:
            if text.strip() and prelude and holding[-1] and not prelude.startswith("@"):
                yield prelude, text
            prelude = ""
            if len(holding) > 1:
                holding.pop()
            elif not sign:
                return


def _holds(prelude: str) -> bool:
    """Whether the rules inside an at-rule hold on a wide screen with nothing special about it."""
    name = (_AT_RULE.match(prelude) or [""])[0].lower()
    query = prelude[len(name) :].lower().strip()
    if name in ("@supports", "@layer", "@container", "@scope"):
        return not query.startswith("not")
    return name == "@media" and any(_media_holds(one) for one in query.split(","))


def _media_holds(query: str) -> bool:
    for edge, number, unit in _LENGTH.findall(query):
        try:
            pixels = float(number) * (1 if unit == "px" else 16)
        except ValueError:
            return False
        if pixels > _WIDTH if edge == "min" else pixels < _WIDTH:
            return False
    words = set(re.findall(r"[a-z-]+", _LENGTH.sub(" ", query)))
    return words <= {"screen", "all", "only", "and"}


def _steps(selector: str) -> tuple[_Compound, ...] | None:
    """A selector as its steps, or None where it says more than this reads."""
    if len(selector) > 500:
        return None
    steps: list[_Compound] = []
    how = " "
    for part in _PARTS.findall(selector):
        if part in ("+", ">", "~"):
            how = part
            continue
        compound = _compound(part, how)
        if compound is None:
            return None
        steps.append(compound)
        how = " "
    return tuple(steps) or None


def _compound(part: str, how: str) -> _Compound | None:
    tag, ids, classes, attributes, states, end = None, [], [], [], [], 0
    part = _unescaped(part) if "\\" in part else part
    for match in _SIMPLE.finditer(part):
        if match.start() != end:
            return None
        end = match.end()
        sign, name, attribute, test, value, _, state, inner = match.groups()
        if attribute:
            attributes.append((attribute.lower(), test, value))
        elif state:
            states.append((state, inner or ""))
        elif sign == "#":
            ids.append(name)
        elif sign == ".":
            classes.append(name)
        elif name:
            tag = name.lower()
    whole = end == len(part)
    return _Compound(tag, tuple(ids), frozenset(classes), tuple(attributes), tuple(states), how) if whole else None


def _key(selector: str) -> str:
    """What an element must have for the rule to be looked at."""
    parts = _PARTS.findall(_unescaped(selector[-500:]))
    if not parts:
        return "*"
    signs: dict[str, str] = {}
    for match in _SIMPLE.finditer(parts[-1]):
        if match[2]:
            signs.setdefault(match[1], match[2])
    if "#" in signs:
        return f"#{signs['#']}"
    return f".{signs['.']}" if "." in signs else signs.get("", "*").lower()


def _keys_in(tree: HtmlElement) -> frozenset[str]:
    """What the rules that could apply to some element of `tree` are looked up by."""
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    classes = {f".{name}" for names in tree.xpath("//@class") for name in names.split()}
    return frozenset({"*", *tags, *classes, *(f"#{name}" for name in tree.xpath("//@id"))})


def _specificity(steps: tuple[_Compound, ...]) -> tuple[int, int, int]:
    return (
        sum(len(step.ids) for step in steps),
        sum(len(step.classes) + len(step.attributes) + len(step.states) for step in steps),
        sum(step.tag is not None for step in steps),
    )


def _is_counted(place: int, value: str) -> bool:
    """Whether a place, from 1, is one that `:nth-child(value)` counts."""
    match = _NTH.fullmatch({"odd": "2n+1", "even": "2n"}.get(value, value.replace(" ", "")))
    if not match:
        return False
    step, first = match[1], int(match[2] or 0)
    if step is None:
        return place == first
    pace = int(step + "1" if step in ("", "+", "-") else step)
    return place == first if pace == 0 else (place - first) % pace == 0 and (place - first) // pace >= 0


def _has(stated: str | None, how: str | None, value: str) -> bool:
    if stated is None or how is None:
        return stated is not None
    tests = {
        "=": stated == value, "^=": stated.startswith(value), "$=": stated.endswith(value), "*=": value in stated,
        "~=": value in stated.split(), "|=": stated == value or stated.startswith(f"{value}-"),
    }  # fmt: skip
    return tests[how] and bool(value)


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match[1], 16) if match[1] else 0
        return match[2] if match[2] else chr(code) if 0 < code < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, text) if "\\" in text else text
