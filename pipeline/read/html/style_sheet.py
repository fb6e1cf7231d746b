"""The style sheets that stand in a page itself, read as far as they decide what a reader sees.

Of CSS (Cascading and Selectors, Level 4) this knows type, class, id and attribute selectors with all combinators and
the commonest pseudo-classes, the cascade by importance, specificity and order, escapes, custom properties and the media
queries of a wide screen. A rule with another selector is passed over: it hides nothing here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from lxml import etree
from lxml.html import HtmlElement

from pipeline.read.html.selectors import (
    LONGEST_SELECTOR,
    Compound,
    compound_of,
    has_value,
    is_counted,
    is_plain,
    key_of,
    may_apply,
    selectors_in,
    specificity_of,
    steps_of,
    unescaped,
)

_MOST_CHECKS = 500_000  # selectors against elements; the 121 pages of the article benchmark need 0.22 million at most
_MOST_CLASSES = 100  # of one element
_WIDTH = 1280  # pixels of the screen that media queries are asked for
_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)")
_PIECE = re.compile(r"([^{}]*+)([{}]|\Z)")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_LENGTH = re.compile(r"\(\s*(min|max)-width\s*:\s*([\d.]+)(px|em|rem)\s*\)")
_AT_RULE = re.compile(r"@[\w-]+")
_SUSPECT_WORDS = (
    "none", "hidden", "collapse", "opacity", "clip", "scale", "matrix", "translate", "zoom", "transparent", "\\",
    "var(", "fill-color",
)  # fmt: skip
_SUSPECT_VALUES = re.compile(
    r"-\s*\d{2}|\d{4}|font-size\s*:\s*[01.]|font\s*:|(?:height|width)\s*:\s*[01.]|indent\s*:\s*[1-9]\d|"
    r"(?<![\w-])color\s*:"
)
"""What a rule must say, in lower case, to be able to hide something; every other is passed over unread."""
READ = frozenset((
    "display", "visibility", "opacity", "font-size", "font", "color", "background", "background-color", "position",
    "left", "right", "top", "bottom", "inset", "text-indent", "clip", "clip-path", "height", "width", "max-height",
    "max-width", "overflow", "overflow-x", "overflow-y", "transform", "filter", "margin-left", "margin-top",
    "margin", "content-visibility", "animation", "animation-name", "transition", "background-clip",
    "-webkit-background-clip", "-webkit-text-fill-color", "scale", "translate", "zoom", "line-height",
    "background-image", "letter-spacing",
))  # fmt: skip

_CLASSES = etree.XPath("//@class", smart_strings=False)
_IDS = etree.XPath("//@id", smart_strings=False)
_MOST_KNOWN = 10_000  # selectors and declarations, of which many pages have the same
_NONE: frozenset[str] = frozenset()

Declarations = Mapping[str, tuple[str, bool]]
"""A property's value, and whether it is !important."""


class _Rule:
    """One selector with the declarations that it gives. Most rules of a page are never asked about, so what they say
    is read when first needed."""

    def __init__(self, selector: str, body: str, order: int) -> None:
        self.order = order
        self.body = body
        self._selector = selector

    @cached_property
    def steps(self) -> tuple[Compound, ...] | None:
        return steps_of(self._selector)

    @cached_property
    def is_plain(self) -> bool:
        return is_plain(self._selector)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The classes that must stand above an element for the rule to apply to it."""
        steps = self.steps or ()
        above = steps[:-1] if all(step.how in " >" for step in steps) else ()
        return frozenset(name for step in above for name in step.classes)

    def sets(self, names: frozenset[str]) -> bool:
        """Whether the rule says something of one of these properties."""
        return not names.isdisjoint(self.declarations)

    @cached_property
    def specificity(self) -> tuple[int, int, int]:
        return specificity_of(self.steps or ())

    @cached_property
    def declarations(self) -> Declarations:
        return {name: each for name, each in declarations(self.body).items() if name in READ}


_Rules = Mapping[str, list[_Rule]]


class StyleSheet:
    """The rules of a page. `whole` turns false once a page asks for more work than any real one does: from there on
    it hides nothing any more."""

    def __init__(
        self, sheets: Iterable[str], matters: Callable[[Mapping[str, str]], bool], tree: HtmlElement | None = None
    ) -> None:
        """`matters` says of a rule's values whether they could hide something: the other rules are only read once an
        element is asked about that such a rule applies to. Rules for nothing that stands in `tree` are passed over:
        most are."""
        self.whole = True
        self._checks = 0
        self._variables: dict[str, str] = {}
        self._classes: dict[HtmlElement, frozenset[str]] = {}
        self._above: dict[HtmlElement, frozenset[str]] = {}
        self._looked_up: dict[tuple[object, ...], tuple[_Rule, ...]] = {}
        read = [rule for sheet in sheets for rule in _rules_in(sheet)]
        for _, body in read:
            if "--" in body:
                self._variables.update({n: value for n, (value, _) in declarations(body).items() if n.startswith("--")})
        self._rules = _keyed(read, None if tree is None or not read else _keys_in(tree))
        known: dict[str, bool] = {}
        self._that_matter: defaultdict[str, list[_Rule]] = defaultdict(list)
        for key, rules in self._rules.items():
            for rule in rules:
                if rule.body not in known:
                    known[rule.body] = _is_suspect(rule.body) and matters(
                        {name: self.resolved(value) for name, (value, _) in rule.declarations.items()}
                    )
                if known[rule.body]:
                    self._that_matter[key].append(rule)

    def suspects(self, element: HtmlElement, attributes: Mapping[str, str]) -> frozenset[str]:
        """The properties of the rules that matter and apply to `element`, which has these attributes."""
        rules = self._candidates(element, attributes, self._that_matter, None)
        if not rules:
            return _NONE
        return frozenset(name for rule in rules if self._applies(rule, element) for name in rule.declarations)

    def of(self, element: HtmlElement, names: frozenset[str]) -> dict[str, str]:
        """The values of some properties that apply to `element`, its own `style` included."""
        attributes = dict(element.items())
        rules = [r for r in self._candidates(element, attributes, self._rules, names) if self._applies(r, element)]
        inline = attributes.get("style")
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

    def _candidates(
        self, element: HtmlElement, attributes: Mapping[str, str], rules: _Rules, names: frozenset[str] | None
    ) -> Sequence[_Rule]:
        """The rules that may apply to an element, by its id, its classes and its tag, and that set one of some
        properties; none once it is too much."""
        if not rules or not self.whole:
            return ()
        own = (names, element.tag, attributes.get("class"), attributes.get("id"))
        found = self._looked_up.get(own)
        if found is None:
            keys = (f"#{own[3]}", *(f".{name}" for name in self._classes_of(element)), str(own[1]), "*")
            named = (rule for key in keys for rule in rules.get(key, ()))
            found = self._looked_up[own] = tuple(rule for rule in named if names is None or rule.sets(names))
        return found

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
        if rule.is_plain:
            return self.whole
        if rule.steps is None or not self.whole:
            return False
        last = rule.steps[-1]
        if len(rule.steps) > 1 and rule.needed and not rule.needed <= self._classes_above(element):
            return False
        if not self._is(element, last):
            return False
        before = list(rule.steps[:-1])
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

    def _is(self, element: HtmlElement, step: Compound) -> bool:
        if step.tag and element.tag != step.tag:
            return False
        if step.classes and not step.classes <= self._classes_of(element):
            return False
        if step.ids and set(step.ids) != {element.get("id")}:
            return False
        if step.attributes and not all(has_value(element.get(name), how, v or "") for name, how, v in step.attributes):
            return False
        return not step.states or all(self._is_in_state(element, name, value) for name, value in step.states)

    def _is_in_state(self, element: HtmlElement, name: str, value: str) -> bool:
        if name in ("not", "is", "where"):
            inner = [compound_of(part.strip(), " ") for part in value.split(",")]
            return any(part is not None and self._is(element, part) for part in inner) != (name == "not")
        if name == "root":
            return element.getparent() is None
        if name == "last-child":
            return element.getnext() is None
        if name == "first-child" or value == "1":
            return element.getprevious() is None
        place = 1 + sum(1 for _ in element.itersiblings(preceding=True))
        self._checks += place
        return is_counted(place, value)


def _keyed(read: Iterable[tuple[str, str]], present: frozenset[str] | None) -> _Rules:
    """The rules for something that is `present`, each by what an element must have for it to be looked at."""
    rules: defaultdict[str, list[_Rule]] = defaultdict(list)
    for order, (selectors, body) in enumerate(read):
        for selector in selectors_in(selectors):
            key = key_of(selector[-LONGEST_SELECTOR:])
            if key and (present is None or (key in present and may_apply(selector[-LONGEST_SELECTOR:], present))):
                rules[key].append(_Rule(selector, body, order))
    return rules


def declarations(body: str) -> Mapping[str, tuple[str, bool]]:
    """The declarations of a rule's body or of a `style` attribute, lower-cased, escapes resolved, the last one of a
    property standing."""
    return _declared(body) if len(body) < LONGEST_SELECTOR else _declared.__wrapped__(body)


@lru_cache(maxsize=_MOST_KNOWN)
def _declared(body: str) -> Mapping[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    for declaration in _without_comments(body).split(";"):
        name, colon, value = declaration.partition(":")
        if colon and len(value) < 2000:
            name, value = unescaped(name).strip().lower(), " ".join(unescaped(value).lower().split())
            value, bang, _ = value.partition("!")
            if name not in found or bang or not found[name][1]:
                found[name] = (value.strip(), bool(bang))
    return found


def _without_comments(text: str) -> str:
    return _COMMENT.sub(" ", text) if "/*" in text else text


def _is_suspect(body: str) -> bool:
    text = body.lower()
    return any(word in text for word in _SUSPECT_WORDS) or bool(_SUSPECT_VALUES.search(text))


def _rules_in(sheet: str) -> Iterator[tuple[str, str]]:
    """The (selectors, body) of the rules that hold on a wide screen."""
    holding = [True]
    prelude = ""
    for text, sign in _PIECE.findall(_without_comments(sheet.replace("<!--", " ").replace("-->", " "))):
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


@lru_cache(maxsize=_MOST_KNOWN)
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


def _keys_in(tree: HtmlElement) -> frozenset[str]:
    """What the rules that could apply to some element of `tree` are looked up by."""
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    classes = {f".{name}" for names in set(_CLASSES(tree)) for name in names.split()}
    return frozenset({"*", *tags, *classes, *(f"#{name}" for name in _IDS(tree))})
