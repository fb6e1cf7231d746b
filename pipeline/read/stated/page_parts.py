"""Which parts of a page are about its article, and which about others: menus, footers, boxes of related articles,
comments. Told by elements and by the names that sites give them, which are much the same in every language."""

import re
from functools import lru_cache

from lxml import html as lxml_html

_OTHER_TAGS = frozenset({"nav", "form", "select", "table", "blockquote", "iframe", "noscript"})
_EDGES = frozenset({"footer", "aside"})  # in an article short ones hold what is known of it, others its neighbours
_LONGEST_NAMES = 500
_LONGEST_EDGE = 300  # characters
_OTHER_NAMES = re.compile(
    r"comment|kommentar|disqus|respond|(?<![a-z])(?:responses?|replies|reply)(?![a-z])|(?<![a-z])(?:readers?|leser|lectores|lecteurs)(?![a-z])|related|similar|"
    r"recommend|recirc|promo(?!ted)|sidebar|side-bar|sidecol|copyright|(?<!elementor-)widget|newsletter|breadcrumb|popular|trending|"
    r"most-?read|latest|recent|(?<![a-z])archive|carousel|slider|swiper|more-(?:from|on|in|articles|news|stories)|"
    r"read-?(?:next|also|more)|next-(?:post|article)|prev(?:ious)?-(?:post|article)|advert|sponsor|calendar|"
    r"event-?list|menu|outbrain|taboola|weather|ticker|cookie|consent|modal|popup|card-list|upcoming|see-?also|"
    r"author-?bio|bio-box|about-?(?:the-)?author|biography|tweet|twitter|review-?(?:item|card|intro|list)|customer[-_]?review|testimonial|trustpilot|infinite|"
    r"navigation",
    re.IGNORECASE,
)
_FOOTER_NAMES = re.compile(
    r"(?:site|page|main|global|bottom)[-_]?footer|footer[-_]|(?<![a-z-])footer(?![a-z])|colophon", re.IGNORECASE
)
_TOPICS = re.compile(
    r"(?<![\w-])(?:category|tag|cat|type|format|section|topic|has|tax)-\S+"
)  # which WordPress puts on posts
_OF_THE_HEAD = re.compile(r"meta|info|byline|author|publish|(?<!up)date", re.IGNORECASE)
_MOST_ARTICLES = 2  # side by side, that are still the article and one that is quoted or linked


_NAMING = ("class", "id", "role", "itemprop", "rel", "data-testid", "data-component", "property")


def names_of(element: lxml_html.HtmlElement) -> str:
    """Its class, id, role and the like as one string."""
    attributes = element.attrib
    return " ".join([attributes[key] for key in _NAMING if key in attributes]) if attributes else ""


def words_of(element: lxml_html.HtmlElement, most: int) -> str:
    """The words of a short element; of a longer one only a beginning that is longer than `most` characters."""
    parts: list[str] = []
    length = 0
    for text in element.itertext(lxml_html.etree.Element):
        parts.append(text)
        length += len(text.strip())
        if length > most + 100:
            break
    return " ".join(" ".join(parts).split())


@lru_cache(maxsize=20_000)
def _is_named(pattern: re.Pattern[str], names: str) -> bool:
    return bool(pattern.search(names))


def is_named(pattern: re.Pattern[str], element: lxml_html.HtmlElement) -> bool:
    """Whether its class, id or role matches; the same few stand on most elements of a page."""
    names = names_of(element)
    return bool(names) and _is_named(pattern, names[:_LONGEST_NAMES])


class PageParts:
    """Tells the parts of one page. What holds the article's heading is about the article, however it is named."""

    def __init__(self, heading: lxml_html.HtmlElement | None) -> None:
        self.heading = heading
        self._own = frozenset(heading.iterancestors()) if heading is not None else frozenset()
        self._known: dict[lxml_html.HtmlElement, bool] = {}

    def is_of_another(self, element: lxml_html.HtmlElement) -> bool:
        """Whether the element, or one that it stands in, is a part of the page that is not about its article."""
        trail = []
        answer = False
        for each in (element, *element.iterancestors()):
            if each in self._known:
                answer = self._known[each]
                break
            trail.append(each)
        for each in reversed(trail):
            answer = (answer and each not in self._own) or self._is_other(each)
            self._known[each] = answer
        return answer

    def _is_other(self, element: lxml_html.HtmlElement) -> bool:
        tag = element.tag
        if element in self._own or tag in ("html", "body", "main"):
            return False
        if tag in _OTHER_TAGS:
            return True
        names = _TOPICS.sub("", names_of(element))
        if tag == "article":
            return bool(re.search("comment|teaser|related", names)) or self._is_one_of_many(element)
        if "teaser" in names and element.find(".//a") is not None and element.find(".//h3") is not None:
            return True
        if tag in _EDGES:
            inside = any(each.tag == "article" for each in element.iterancestors()) or bool(_OF_THE_HEAD.search(names))
            return not inside or bool(_OTHER_NAMES.search(names)) or len("".join(element.itertext())) > _LONGEST_EDGE
        if _FOOTER_NAMES.search(names):
            return not any(each.tag == "article" or "article" in names_of(each) for each in element.iterancestors())
        return bool(_OTHER_NAMES.search(names)) or (tag == "li" and element.find(".//h3") is not None)

    def _is_one_of_many(self, article: lxml_html.HtmlElement) -> bool:
        """Whether several articles stand side by side: a list of them, not the page's own."""
        parent = article.getparent()
        if parent is None:
            return False
        return (
            sum(1 for _ in zip(parent.iterchildren("article"), range(_MOST_ARTICLES + 1), strict=False))
            > _MOST_ARTICLES
        )
