"""Whether posts are a page, or stand under an article that is the page: by the prose that is in none of them."""

import re
from collections.abc import Sequence

from pipeline.read.posts.finder.discussions import words_said
from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_parts import PostPart

_HALF = 0.5
_AROUND_TAGS = frozenset(("nav", "footer", "aside", "form", "dialog", "menu", "select", "noscript", "header"))
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu|footer|sidebar|breadcrumbs?|rules?|notices?|announce\w*|sticky|cookies?|consent|"
    r"banner|ads?|"
    r"advert\w*|sponsor\w*|promo\w*|poll|welcome|login|search|related|newsletter|share|social|tools?|toolbar|"
    r"pagination|"
    r"pager|alert|modal|popup|widget|forum-?(?:desc|info)\w*|topic-?(?:desc|info)\w*|header|head|legend|guest\w*|"
    r"register)"
    r"(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"(?:^|[\s_-])(?:footer|side-?bar|site-?header|nav(?:bar|igation)?|colophon)(?:$|[\s_-])", re.IGNORECASE
)
_MOST_AROUND = 120  # words of what is called something around the text
_A_LINE = 12  # words of a line of prose
_ARTICLE_WORDS = 40  # of prose before the first post
_MOST_OF_A_PAGE = 0.5
_FORUM_WORDS, _FORUM_SHARE = 100, 0.3


def is_under_an_article(index: PageIndex, posts: Sequence[PostPart], *, in_forum: bool) -> bool:
    """Whether prose that is no post stands before the first, or the posts are not most of what the page says. In a
    forum, where rules stand over a thread and others like it are told of below, both take more."""
    first = min(post.part.start for post in posts)
    said = sum(words_said(index, post) for post in posts)
    before = beside = 0
    starts = {post.part.start: post.part.end for post in posts}
    around_runs = {index.parents[post.part.start] for post in posts if post.part.is_run}  # their own text is the posts'
    number = 0
    while number < len(index):
        element = index.elements[number]
        if behind := starts.get(number):
            number = max(behind, number + 1)
            continue
        names = f"{element.get('class', '')} {element.get('id', '')}"[:300]
        holds_posts = number < first < index.ends[number]
        is_around = names != " " and index.unlinked_of(number) <= _MOST_AROUND and _AROUND.search(names)
        is_edge = index.words_of(number) < _HALF * index.words_of(0) and _EDGE.search(names)
        if not holds_posts and (element.tag in _AROUND_TAGS or is_around or is_edge):
            number = index.ends[number]
            continue
        prose = 0 if number in around_runs else _prose(index, number)
        beside += prose
        before += prose if number < first else 0
        number += 1
    most, share = (_FORUM_WORDS, _FORUM_SHARE) if in_forum else (_ARTICLE_WORDS, _MOST_OF_A_PAGE)
    return before >= most or said < share * (said + beside)


def _prose(index: PageIndex, number: int) -> int:
    """The words that stand in an element itself, its marked words included, where they make a line of prose."""
    children, inside, linked, each = 0, 0, 0, number + 1
    while each < index.ends[number]:
        if index.elements[each].tag in _MARKED:
            linked += index.words_of(each) - index.unlinked_of(each)
        else:
            inside += index.words_of(each)
            children += 1
        each = index.ends[each]
    if index.elements[number].tag in _MARKED:
        return 0
    own = index.words_of(number) - inside
    return own - linked if own >= _A_LINE and 2 * linked < own else 0


_MARKED = frozenset(
    ("a", "b", "strong", "i", "em", "span", "br", "sup", "sub", "code", "q", "abbr", "cite", "u", "small", "font")
)
