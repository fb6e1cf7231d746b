"""Whether like parts of a page are a discussion.

Teasers, products, events, authors, entries of a live blog and readers' letters have names, times and words too. What
tells posts from them: several people speak, each under the same title; nothing in them leads to a page of its own.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from pipeline.fetch.addresses import joined
from pipeline.read.posts.finder.like_blocks import Part
from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_html import is_action
from pipeline.read.posts.finder.post_names import is_profile
from pipeline.read.posts.finder.post_parts import PostPart
from pipeline.read.posts.finder.post_times import time_in_words
from pipeline.read.stated.page_parts import words_of
from pipeline.records.dates import PartialDate

_MOST_OF_THEM = 0.6
_HALF = 0.5
_FEWEST_WORDS = 10  # of all posts together
_SAYS_POSTS = re.compile(
    r"comment|kommentar|comentario|commento|repl(?:y|ies)|answer|antwort|message|(?<![a-z])msg|thread|forum|discuss|"
    r"diskussion|(?<![a-z])talk|respon[sd]|conversation|beitrag|postbit|blockpost|post(?:body|_message|container|row)|"
    r"(?<![a-z])email|guestbook|gaestebuch",
    re.IGNORECASE,
)
_SAYS_POST = re.compile(
    r"(?:^|[\s_-])(?:post|posting|entry|beitrag|eintrag|nachricht|msg)(?:$|[\s_-]|\d)", re.IGNORECASE
)
_SAYS_COMMENT = re.compile(r"comment|kommentar|repl(?:y|ies)|answer|antwort|respon[sc]e", re.IGNORECASE)
_SAYS_OTHER = re.compile(
    r"teaser|(?<![a-z])cards?(?![a-z])|product|(?<![a-z])v?events?(?![a-z])|search-?result|"
    r"(?<![a-z])results?(?![a-z])|review|"
    r"testimonial|live-?blog|live-?(?:update|ticker|entry|post)|ticker|key-?event|author-?(?:card|list|box|item)|staff|"
    r"(?<![a-z])team(?![a-z])|people-?list|contributors?|related|recommend|headline|letters?-?(?:item|entry|page|"
    r"to)?(?![a-z])|"
    r"leserbrief|news-?item|(?<![a-z])story|promo|trending|archive|changelog|release|commit|widget|sidebar|latest|"
    r"recent|"
    r"popular|newsletter|podcast|episode|recipe|listing|tweet|instagram|timeline-entry",
    re.IGNORECASE,
)
_SAYS_LETTERS = re.compile(
    r"letters? (?:to the editor|page)|^\W*(?:readers?['’]? )?letters\b|leserbrief|courrier des lecteurs|"
    r"cartas al director|"
    r"lettere al direttore|ingezonden brieven|cartas dos leitores",
    re.IGNORECASE,
)
_SAYS_LIVE = re.compile(
    r"(?:^|\W)(?:live|liveblog|live-?ticker|as it happened|en direct|en directo|in diretta)(?:\W|$)", re.I
)
_TOLD_LIVE = re.compile(r"^\W*live\W*[:–—-]|[–—:-]\s*live\W*$|live-?(?:blog|ticker)|as it happened", re.IGNORECASE)
_REPEATED = re.compile(
    r"^\W*(?:re|aw|sv|antw|odp|ref|ynt|fwd?)\s*(?:\[\d+\]|\(\d+\))?\s*:|^\W*#?\d+\W*$", re.IGNORECASE
)
_READ_MORE = re.compile(
    r"(?:read|see|view|learn) (?:more|full|the (?:full|whole|rest))|continue reading|full (?:story|article)|"
    r"weiterlesen|"
    r"mehr (?:lesen|erfahren)|lire (?:la suite|plus)|en savoir plus|leer más|seguir leyendo|leggi (?:tutto|di più)|"
    r"ler mais|lees (?:meer|verder)|læs mere|läs mer|czytaj (?:więcej|dalej)|читать (?:далее|полностью)",
    re.IGNORECASE,
)
_PRICE = re.compile(r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|zł|kr)\b)\s?\d|\d\s?(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|zł|kr)\b)")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WORDS_OF_A_TITLE = 2
_A_FEW = 8  # words before the first link of a part
_HOST = re.compile(
    r"(?:^|[.-])(?:forums?|foren|boards?|community|talk|discuss|discussions?|foro|gassing)(?:[.-]|$)", re.IGNORECASE
)
_PATH = re.compile(
    r"(?:^|/)(?:forums?|foren|boards?|message_board|community|threads?|topics?|topic_show|viewtopic|showthread|viewthread|"
    r"discussions?|discuss|talk|questions?|foro|sujet|tema|temat|diskussion|gassing)(?:[/.]|$|-\d)",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(?:^|[&;])(?:topic|thread|tid|threadid|showtopic|showthread)=", re.IGNORECASE)
_LOOKED_AT = 300  # elements of a part


def is_discussion(
    index: PageIndex, posts: Sequence[PostPart], url: str, title: str, latest: PartialDate, *, stated: bool
) -> bool:
    """Whether parts are posts of several people, or of one where they are called posts. `stated` says that the page's
    own statements call them so."""
    said = [post for post in posts if words_said(index, post)]
    spoken = [post for post in said if post.named and post.mark and (post.is_usual or stated)]
    if len(spoken) < 2 or len(spoken) < _MOST_OF_THEM * len(said):
        return False
    words = sum(words_said(index, post) for post in spoken)
    unlinked = sum(_unlinked(index, post) for post in spoken)
    if unlinked < _FEWEST_WORDS or unlinked < _HALF * words:
        return False
    if len({_beginning(index, post) for post in spoken}) < 2:
        return False
    if stated:
        return True
    called = is_called_posts(index, [post.part for post in spoken])
    if not called and (_TOLD_LIVE.search(title) or _are_about_their_authors(index, spoken)):
        return False
    called = called or is_forums_address(url)
    if not called and not _are_surely_named(index, spoken, url):
        return False
    return not (
        are_teasers(index, spoken, url)
        or _are_offers(index, spoken)
        or _lie_ahead(spoken, latest)
        or (not called and _are_pieces(index, spoken, url, title))
    )


def may_be_posts(index: PageIndex, parts: Sequence[Part]) -> bool:
    """Whether parts are worth a closer look: called posts, or at least nothing else."""
    names = [_names_around(index, part) for part in parts]
    if _share(bool(_SAYS_POSTS.search(name)) for name in names) >= _MOST_OF_THEM:
        return True
    return _share(bool(_SAYS_OTHER.search(name)) for name in names) < _HALF


def are_under_headlines(index: PageIndex, parts: Sequence[Part], url: str) -> bool:
    """Whether most parts have a heading that leads to another page, each to another."""
    own = _without_fragment(url)
    pages: set[str] = set()
    titles: set[str] = set()
    for part in parts:
        for number in range(part.start, min(part.end, part.start + _LOOKED_AT)):
            element = index.elements[number]
            if element.tag != "a" or not element.get("href") or not _heading_around(index, number):
                continue
            if target := _target(index, number, words_of(element, 200), url, own, is_first=False):
                pages.add(target[0])
                titles.add(target[1])
                break
    return min(len(pages), len(titles)) >= _HALF * len(parts)


def is_called_posts(index: PageIndex, parts: Sequence[Part]) -> bool:
    """Whether the markup calls most parts, or what they stand in, posts of a discussion."""
    return _share(bool(_SAYS_POSTS.search(_names_around(index, part))) for part in parts) >= _MOST_OF_THEM


def are_comments(index: PageIndex, parts: Sequence[Part]) -> bool:
    """Whether every part is itself called a comment or a reply."""
    elements = (index.elements[part.start] for part in parts)
    return all(_SAYS_COMMENT.search(f"{each.get('class', '')[:200]} {each.get('id', '')[:80]}") for each in elements)


def is_forums_address(url: str) -> bool:
    """Whether an address is one of those that forums give their threads."""
    parts = urlsplit(url)
    return bool(_HOST.search(parts.hostname or "") or _PATH.search(parts.path) or _QUERY.search(parts.query))


def said_words(index: PageIndex, posts: Sequence[PostPart]) -> int:
    """How many words posts with a name and a time say outside links; of a long one only the first count."""
    return sum(min(_unlinked(index, post), _ENOUGH) for post in posts if post.named and post.mark and post.is_usual)


def _are_surely_named(index: PageIndex, posts: Sequence[PostPart], url: str) -> bool:
    """Whether the markup says of most names that they are whose the words are; else each stands beside its time, and
    the parts are called posts, or there are three and somebody speaks twice and tells of no page."""
    weights = [post.named.weight for post in posts if post.named]
    if _share(weight >= _SURE for weight in weights) >= _MOST_OF_THEM:
        return True
    names = [post.named.name for post in posts if post.named]
    elements = (index.elements[post.part.start] for post in posts)
    called = all(_SAYS_POST.search(f"{each.get('class', '')[:200]} {each.get('id', '')[:80]}") for each in elements)
    several = len(posts) > 2 and len(set(names)) < len(names) and not _tell_of_pages(index, posts, url)
    return (called or several) and _share(weight >= _LIKELY for weight in weights) >= _MOST_OF_THEM


def _tell_of_pages(index: PageIndex, posts: Sequence[PostPart], url: str) -> bool:
    """Whether half of the parts link a line of words, outside what is surely said in them, to another page."""
    own = _without_fragment(url)

    def tells(post: PostPart) -> bool:
        for number in _numbers(post):
            href = index.elements[number].get("href", "") if index.elements[number].tag == "a" else ""
            if not href or index.words_of(number) < _WORDS_OF_A_LINK or is_profile(href):
                continue
            if post.loose or not any(body <= number < index.ends[body] for body in post.bodies):
                address = joined(url, href)
                if address and _without_fragment(address) != own:
                    return True
        return False

    return _share(tells(post) for post in posts) >= _HALF


_SURE, _LIKELY = 40, 25
_WORDS_OF_A_LINK = 4
_ENOUGH = 60  # words of a post


def _are_pieces(index: PageIndex, posts: Sequence[PostPart], url: str, title: str) -> bool:
    """Whether parts that nothing calls posts are entries of something else: by one author, each under a title of its
    own, letters to an editor, told live."""
    voices = {post.named.name.casefold() for post in posts if post.named}
    if len(voices) < 2 or _SAYS_LETTERS.search(title) or _SAYS_LIVE.search(title):
        return True
    if _SAYS_LIVE.search(urlsplit(url).path.replace("-", " ").replace("/", " ")) and len(voices) < len(posts):
        return True
    titled = [_title(index, post) for post in posts]
    own = {
        text.casefold()
        for text in titled
        if text and not _REPEATED.search(text) and text.casefold() != title.casefold()
    }
    return len(own) >= _MOST_OF_THEM * len(posts)


def _are_about_their_authors(index: PageIndex, posts: Sequence[PostPart]) -> bool:
    """Whether most parts begin with the name of their author: they tell of somebody, who does not speak."""

    def is_about(post: PostPart) -> bool:
        name = post.named.name.split()[0].casefold() if post.named else ""
        return bool(name) and _beginning(index, post).casefold().startswith(name)

    return _share(is_about(post) for post in posts) >= _MOST_OF_THEM


def are_teasers(index: PageIndex, posts: Sequence[PostPart], url: str) -> bool:
    """Whether most parts lead to a page of their own, by a title or by an invitation to read on."""
    targets: list[tuple[str, str]] = []
    invited = 0
    own = _without_fragment(url)
    for post in posts:
        target, invites = None, False
        start = post.part.start
        for number in _numbers(post):
            element = index.elements[number]
            if element.tag != "a" or not element.get("href"):
                continue
            text = words_of(element, 200)
            invites = invites or (index.words_of(number) < 8 and bool(_READ_MORE.search(text)))
            before = index.words(start, number)
            in_words = not post.loose and any(body <= number < index.ends[body] for body in post.bodies)
            if target is None and (not in_words or not before):
                is_first = before <= _A_FEW and not (post.named and post.named.name in text)
                target = _target(index, number, text, url, own, is_first=is_first)
        if target:
            targets.append(target)
        invited += invites
    pages, titles = {page for page, _ in targets}, {said for _, said in targets}
    return bool(posts) and (min(len(pages), len(titles)) >= _HALF * len(posts) or invited >= _HALF * len(posts))


def _target(index: PageIndex, number: int, text: str, url: str, own: str, *, is_first: bool) -> tuple[str, str] | None:
    """The page that a title leads to, and the title, where it is another page than this one: of a heading, or of the
    first words."""
    href = index.elements[number].get("href", "")
    address = joined(url, href)
    if not address or "#" in href or _without_fragment(address) == own or is_profile(href):
        return None
    in_heading = _heading_around(index, number)
    if _REPEATED.search(text) or time_in_words(text) or is_action(text) or not (in_heading or is_first):
        return None
    words = len(text.split())
    return (address, text.casefold()) if words >= (1 if in_heading else _WORDS_OF_A_TITLE) else None


def _heading_around(index: PageIndex, number: int) -> bool:
    """Whether a link stands in a heading, or holds one."""
    above = (n for _, n in zip(range(3), index.above(number), strict=False))
    return any(
        index.elements[n].tag in _HEADINGS for n in (*above, *range(number, min(index.ends[number], number + 4)))
    )


def _without_fragment(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _are_offers(index: PageIndex, posts: Sequence[PostPart]) -> bool:
    """Whether most parts name a price beside their words."""
    prices = 0
    for post in posts:
        heads = (
            n
            for n in _numbers(post)
            if 0 < index.words_of(n) < 5 and not any(b <= n < index.ends[b] for b in post.bodies)
        )
        prices += any(_PRICE.search(words_of(index.elements[number], 40)) for number in heads)
    return prices >= _MOST_OF_THEM * len(posts)


def _lie_ahead(posts: Sequence[PostPart], latest: PartialDate) -> bool:
    """Whether most times are still to come: events, not posts."""
    known = [post.mark.time.time for post in posts if post.mark and post.mark.time.time]
    return bool(known) and _share(time[: len(latest)] > latest for time in known) >= _HALF


def _title(index: PageIndex, post: PostPart) -> str:
    """The heading of a part that names neither its author nor its time."""
    for number in _numbers(post):
        if index.elements[number].tag in _HEADINGS and index.words_of(number):
            inside = range(number, index.ends[number])
            if any(head in inside for head in (post.named and post.named.number, post.mark and post.mark.holder)):
                continue
            return words_of(index.elements[number], 200)
    return ""


def _numbers(post: PostPart) -> Iterator[int]:
    """The first elements of a part, other posts in it passed over."""
    number, end = post.part.start, min(post.part.end, post.part.start + _LOOKED_AT)
    inner = {each.start: each.end for each in post.inner}
    while number < end:
        if number in inner and number != post.part.start:
            number = inner[number]
            continue
        yield number
        number += 1


def _names_around(index: PageIndex, part: Part) -> str:
    """What a part is called, and what the three elements around it are."""
    numbers = [part.start, *(n for _, n in zip(range(3), index.above(part.start), strict=False))]
    return " ".join(
        f"{index.elements[n].tag}:{index.elements[n].get('class', '')[:200]} {index.elements[n].get('id', '')[:80]}"
        for n in numbers
        if index.elements[n].tag not in ("body", "html")
    )


def words_said(index: PageIndex, post: PostPart) -> int:
    """How many words a post has, without those of its name, its time and other posts."""
    if post.bodies and not post.loose:
        return sum(index.words_of(body) for body in post.bodies)
    whole = index.words(post.part.start, post.part.end) if post.part.is_run else index.words_of(post.part.start)
    inner = sum(index.words(each.start, each.end) for each in post.inner)
    return max(0, whole - inner - sum(index.words_of(head) for head in post.heads))


def _unlinked(index: PageIndex, post: PostPart) -> int:
    if post.bodies and not post.loose:
        return sum(index.unlinked_of(body) for body in post.bodies)
    whole = index.unlinked(post.part.start, post.part.end) if post.part.is_run else index.unlinked_of(post.part.start)
    inner = sum(index.unlinked(each.start, each.end) for each in post.inner)
    return max(0, whole - inner - sum(index.unlinked_of(head) for head in post.heads))


def _beginning(index: PageIndex, post: PostPart, most: int = 80) -> str:
    """The first words of a post."""
    if not post.loose:
        return " ".join(words_of(index.elements[number], most) for number in post.bodies)[:most]
    heads = [(head, index.ends[head]) for head in post.heads]
    first = bisect_left(index.texts, post.part.start, key=lambda text: text.last)
    said: list[str] = []
    for text in index.texts[first : first + _LOOKED_AT]:
        if text.last >= post.part.end or sum(map(len, said)) > most:
            break
        if not any(start <= text.holder < end for start, end in heads):
            said.append(" ".join(text.text.split()))
    return " ".join(said)[:most] or words_of(index.elements[post.part.start], most)


def _share(answers: Iterator[bool]) -> float:
    counts = Counter(answers)
    return counts[True] / max(1, counts.total())
