"""How deep the elements of a page stand, and in what furniture of the site: menus, forms, boxes beside the text."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

_FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "form", "button", "figcaption", "dialog", "menu"))
_FURNITURE_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "search", "dialog", "banner", "menu", "toolbar")
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|anzeige|banner|breadcrumbs?|byline|captions?|comments?|cookies?|copyright|credits?|"
    r"disclaimer|dropdown|footer|login|mailing|menu|meta|modal|mostread|most-read|nav\w*|newsletter\w*|outbrain|paywall|popular|"
    r"popup|print|promo\w*|pull-?quote|rating|readmore|recommend\w*|related\w*|share\w*|sharing|sidebar|signup|social\w*|"
    r"sponsor\w*|subscri\w*|taboola|tags?|teaser\w*|toc|toolbar|tooltip|trending|widgets?|author-?\w*|bio)(?:$|[\s_-])",
    re.IGNORECASE,
)


def places_of(tree: HtmlElement) -> tuple[dict[HtmlElement | None, int], dict[HtmlElement, int]]:
    """How deep each element stands, and how deep the innermost furniture is that it stands in."""
    depth: dict[HtmlElement | None, int] = {}
    furniture: dict[HtmlElement, int] = {}
    for element in tree.iter():
        parent = element.getparent()
        depth[element] = own = depth.get(parent, -1) + 1
        around = furniture.get(parent, 0) if parent is not None else 0
        inside = own if _is_furniture(element) else around
        if inside:
            furniture[element] = inside
    return depth, furniture


def _is_furniture(element: HtmlElement) -> bool:
    tag = element.tag
    if tag == "figure":
        return next(element.iter("table", "pre"), None) is None
    if tag in _FURNITURE_TAGS:
        return True
    attributes = dict(element.items())
    if not attributes:
        return False
    if attributes.get("role") in _FURNITURE_ROLES:
        return True
    if tag in ("body", "html", "main", "article", "table", "pre"):
        return False
    return _names_furniture(f"{attributes.get('class', '')[:300]} {attributes.get('id', '')[:100]}")


@lru_cache(maxsize=10_000)
def _names_furniture(names: str) -> bool:
    return bool(_FURNITURE.search(names))
