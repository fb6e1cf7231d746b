"""The words of a post as markup: what its poster wrote, without what a program puts around it.

Buttons, ratings, signatures and the notice of a change are no words of the post, wherever they stand in it; quotations
stay, with what they say of whose they are.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from copy import deepcopy
from itertools import accumulate

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_parts import PostPart
from pipeline.read.posts.finder.post_times import EDITED

_SIGNATURE = re.compile(r"signature|(?:^|[\s_-])(?:post)?sig(?:$|[\s_-]|\d)|moz-signature", re.IGNORECASE)
_EDIT_NOTICE = re.compile(
    r"(?:last|post)?_?-?edit(?:ed|date|_?-?(?:note|info|by|time))|modified|lastedit|post_?edit|edit-?history",
    re.IGNORECASE,
)
_CONTROLS = re.compile(
    r"(?:^|[\s_-])(?:buttons?|btns?|controls?|actions?|toolbar|tools?|menu|nav|reactions?|likes?|votes?|voting|rating|"
    r"ratings|share|sharing|social|report|permalink|reply(?:-?link)?|quick-?reply|flat-list|post-?links|footer|foot|"
    r"attribution|meta|metadata|postmeta|postfoot|avatar|gravatar|rank|badges?|user-?(?:info|details|card|extras?)|"
    r"profile|"
    r"postprofile|tooltip|dropdown|popover|modal|notice|post-?number|number|icons?|attachments?|header|head|byline)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
NO_WORDS = "data-excludequote"
"""The attribute of what a program puts into a post's words and what is never quoted with them."""
_CONTENT = re.compile(r"post-?(?:content|body|text)|message-?(?:content|body|text)", re.IGNORECASE)
_QUOTE = re.compile(r"quot|cite", re.IGNORECASE)
_NEVER = frozenset(("script", "style", "button", "input", "select", "textarea", "nav", "template", "object", "embed"))
_ACTION = re.compile(
    r"[\W\d]*(?:(?:reply|quote|report|edit|delete|like|unlike|dislike|share|permalink|link|parent|top|up|down|upvote|"
    r"downvote|"
    r"with|private|user|e-?mail|pm|website|www|homepage|visit|profile|find|quick|options|flag|save|hide|embed|more|"
    r"less|helpful|thanks?|multi-?quote|bookmark|follow|send|copy|give award|reply to this|to|this|"
    r"comment|post|message|points?|score|votes?|likes?|show|view|read|on|in|log|sign|register|login|or|and|by|back|"
    r"next|prev|"
    r"context|full|comments|expand|collapse|citer|citar|cita|répondre|signaler|partager|responder|denunciar|compartir|"
    r"rispondi|segnala|condividi|antworten|antwort|zitieren|zitat|melden|teilen|link|gefällt|mir|bearbeiten|löschen|"
    r"nach|oben|"
    r"antwoord|citeren|melden|svar|svara|citera|odpowiedz|cytuj|ответить|цитировать|пожаловаться|返信|引用|回复|举报)"
    r"[\W\d]*)+",
    re.IGNORECASE,
)
_SHORT = 10  # words of a row of buttons
_LONGEST_NOTICE = 30  # words


def words_html(index: PageIndex, post: PostPart, title: str) -> str:
    """The markup of what a post says; empty where it says nothing. The thread's title over it is none of that."""
    return _Copy(index, post, title).html()


def is_action(text: str) -> bool:
    """Whether a link or a button says only what it does."""
    return bool(_ACTION.fullmatch(text))


class _Copy:
    """One post while its words are copied: `drop` are the elements that are left out."""

    def __init__(self, index: PageIndex, post: PostPart, title: str) -> None:
        self.index, self.post = index, post
        self._title = _folded(title)
        self._starts = [each.start for each in post.inner]
        self._words = [0, *accumulate(index.words(each.start, each.end) for each in post.inner)]
        self.drop = set(self._dropped())
        roots = post.bodies or (post.part.start,)
        end = index.ends[roots[-1]] if post.bodies else post.part.end
        self._changed = {
            n: change for n in range(roots[0], end) if n not in self.drop and (change := self._quotation(n))
        }
        cut = post.mark.holder if post.mark and post.mark.text else None
        inside = [cut] if cut is not None and roots[0] <= cut < end else []
        self._touched = sorted((*self.drop, *self._changed, *inside))

    def html(self) -> str:
        out = lxml_html.Element("div")
        post = self.post
        if len(post.bodies) == 1:
            self._fill(out, post.bodies[0])
        elif post.bodies:
            self._append(out, post.bodies)
        elif post.part.is_run:
            self._append(out, self._run())
        else:
            self._fill(out, post.part.start)
        if not "".join(out.itertext()).strip() and next(out.iter("img", "video", "iframe"), None) is None:
            return ""
        text = str(etree.tostring(out, encoding="unicode", method="html"))
        return text.removeprefix("<div>").removesuffix("</div>").strip()

    def _run(self) -> list[int]:
        number, siblings = self.post.part.start, []
        while number < self.post.part.end:
            siblings.append(number)
            number = self.index.ends[number]
        return siblings

    def _dropped(self) -> Iterable[int]:
        """The elements that are no words of the post: those around its time and its name, other posts with what holds
        nothing but them, and what a program puts beside the words."""
        index, post = self.index, self.post
        yield from post.heads
        behind = -1
        for inner in post.inner:
            if inner.start >= behind:
                top = self._alone(inner.start)
                behind = max(inner.end, index.ends[top])
                yield top
        roots = post.bodies or (post.part.start,)
        ends = [index.ends[root] for root in roots] if post.bodies else [post.part.end]
        for root, end in zip(roots, ends, strict=True):
            number = root + (0 if post.part.is_run and not post.bodies else 1)
            while number < end:
                if inner_end := self._behind_inner(number):
                    number = inner_end
                elif self._is_beside_words(number):
                    yield number
                    number = index.ends[number]
                else:
                    number += 1

    def _behind_inner(self, number: int) -> int | None:
        """What is behind the other post that an element stands in."""
        at = bisect_left(self._starts, number + 1) - 1
        return self.post.inner[at].end if at >= 0 and number < self.post.inner[at].end else None

    def _alone(self, number: int) -> int:
        """The outermost element that holds other posts and hardly a word besides."""
        index, top = self.index, number
        for above in index.above(number):
            if above <= self.post.part.start:
                break
            first, last = bisect_left(self._starts, above), bisect_left(self._starts, index.ends[above])
            if index.words_of(above) - self._words[last] + self._words[first] > _FEW * (last - first):
                break
            top = above
        return top

    def _is_beside_words(self, number: int) -> bool:
        element = self.index.elements[number]
        if not isinstance(element.tag, str) or element.tag in _NEVER or element.get("role") == "button":
            return True
        words = self.index.words_of(number)
        names = f"{element.get('class', '')} {element.get('id', '')}"[:300].strip()
        if names and not _QUOTE.search(names):
            if _SIGNATURE.search(names) or NO_WORDS in element.attrib:
                return True
            if _EDIT_NOTICE.search(names) and words <= _LONGEST_NOTICE:
                return True
            if self.post.loose and words <= _LONGEST_NOTICE and _CONTROLS.search(names):
                return True
        if words > _LONGEST_NOTICE or not words:
            return False
        text = " ".join("".join(element.itertext()).split())
        if words == 1 and _QUOTE_LABEL.fullmatch(text):
            return True
        is_first = self.post.loose or self.index.words(self.post.bodies[0], number) == 0
        if words > 1 and is_first and self._is_title(text):
            return True
        if not self.post.loose:
            return False
        linked = words - self.index.unlinked_of(number)
        if words <= _SHORT and linked and is_action(text):
            return True
        return element.tag not in ("a", "b", "i", "em", "strong") and bool(EDITED.match(text.lstrip("(«[ ")))

    def _quotation(self, number: int) -> tuple[str, dict[str, str]] | None:
        """What an element becomes, so that its markup says what it is: a box that quotes somebody, or the line of a
        quotation that says whom."""
        element = self.index.elements[number]
        if element.tag == "cite" and self.index.elements[self.index.parents[number]].tag == "blockquote":
            return "div", {"class": "cite"}
        if element.tag == "blockquote" and _CONTENT.search(element.get("class", "")):
            return "div", {}
        if element.tag in ("td", "div") and (name := self._quoted_by(number)):
            return "blockquote", {"data-author": name}
        return None

    def _quoted_by(self, number: int) -> str:
        """Whom a box quotes that says so in its first line and by no name or tag: old programs had no other way."""
        index = self.index
        first = number + 1
        if (
            first >= index.ends[number]
            or index.words_of(first) > _LONGEST_LINE
            or index.elements[first].tag not in ("div", "b", "strong")
        ):
            return ""
        match = _QUOTED_BY.fullmatch(" ".join("".join(index.elements[first].itertext()).split()))
        return match[1].strip(" :") if match and index.words_of(number) > index.words_of(first) else ""

    def _is_title(self, text: str) -> bool:
        """Whether a line says only what the thread is called."""
        bare = _folded(_RE.sub("", text))
        return bool(bare) and (self._title == bare or (len(bare) > _A_TITLE and self._title.startswith(bare)))

    def _cut(self, text: str | None, holder: int, behind: int | None) -> str | None:
        """A text without the time of the post that it begins or ends with."""
        mark = self.post.mark
        if not text or not mark or not mark.text or (mark.holder, mark.behind) != (holder, behind):
            return text
        start, end = mark.time.start, mark.time.end
        before, after = text[:start].rstrip(_BESIDE_TIME), text[end:].lstrip(_BESIDE_TIME)
        return after if len(before) < len(after) else before

    def _fill(self, target: HtmlElement, number: int) -> None:
        """What stands in an element, put into `target`."""
        target.text = self._cut(self.index.elements[number].text, number, None)
        self._append(target, self._children(number))

    def _children(self, number: int) -> list[int]:
        children, each = [], number + 1
        while each < self.index.ends[number]:
            children.append(each)
            each = self.index.ends[each]
        return children

    def _append(self, target: HtmlElement, numbers: Iterable[int]) -> None:
        for number in numbers:
            element = self.index.elements[number]
            tail = self._cut(element.tail, self.index.parents[number], number)
            if number in self.drop:
                _add_text(target, tail)
                continue
            at = bisect_left(self._touched, number)
            if at < len(self._touched) and self._touched[at] < self.index.ends[number]:
                tag, more = self._changed.get(number, (element.tag, {}))
                made = lxml_html.Element(tag, {**element.attrib, **more})
                self._fill(made, number)
            else:
                made = deepcopy(element)
            made.tail = tail
            target.append(made)


_LONGEST_LINE = 12  # words
_QUOTED_BY = re.compile(
    r"(?:originally posted by|quote from:?|zitat von:?|ursprünglich (?:gepostet|geschrieben) von|envoyé par|"
    r"citation de|"
    r"escrito originalmente por|originalmente escrito por|citazione di|geplaatst door|posté par)\s+(.{1,60})",
    re.IGNORECASE,
)
_QUOTE_LABEL = re.compile(r"\W*(?:quote|zitat|citation|cita|citazione|citaat|цитата|引用)\W*", re.IGNORECASE)


_BESIDE_TIME = " \t\n\u00a0,:;()[]|·•–—-/"
_RE = re.compile(r"^\W*(?:re|aw|sv|antw|odp|ref|fwd?)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)
_A_TITLE = 15  # characters that a title is told by, where it is cut


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


_FEW = 6  # words beside other posts in what holds them: "3 replies", "show more"


def _add_text(target: HtmlElement, text: str | None) -> None:
    if text and text.strip():
        if len(target):
            target[-1].tail = (target[-1].tail or "") + text
        else:
            target.text = (target.text or "") + text
