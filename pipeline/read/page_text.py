"""The main text of a page and what it says of itself: title, author, venue, date, and how much of it is there."""

import gc
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy

from lxml import html as lxml_html

from pipeline.errors import Unreadable
from pipeline.fetch.discussions.mail import mail_thread
from pipeline.fetch.next_pages import pages_of
from pipeline.read.html.links import canonical_of, links_of, next_page
from pipeline.read.html.main_text import main_text
from pipeline.read.html.markup import (
    bounded,
    head_of,
    is_cut_off,
    is_large,
    parsed,
    with_anchors_apart,
    without_empty,
    without_times,
)
from pipeline.read.html.visible import drop_hidden
from pipeline.read.markdown import read_markdown
from pipeline.read.media import media_of
from pipeline.read.pdf.text import read_pdf
from pipeline.read.posts.finder.markup import MORE_PAGES, PostsFound, posts_on
from pipeline.read.posts.thread import page_of, read_thread
from pipeline.read.several_pages import one_text
from pipeline.read.stated.bylines import authors_of, person_names
from pipeline.read.stated.dates import stated_date
from pipeline.read.stated.json_ld import things_of
from pipeline.read.stated.not_articles import PageSigns, is_behind_a_wall, is_front_page, kind_of, signs_of
from pipeline.read.stated.titles import PageTitle, page_title
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.items import Extent, PageText, Response
from pipeline.records.posts import FetchedThread
from pipeline.text import clean, one_line
from pipeline.text.detect import language_of, stated_language

COMMENTS = "#comments"
"""What an address ends in under which the comments of its page are read as a thread of their own."""
_FEWEST_WORDS = 25  # below this there is no article to read, only its announcement
_MOST_WORDS_OF_AN_ABSTRACT = 600
_FEWEST_WORDS_OF_AN_ARTICLE = 8  # where the text ends with a sentence: a brief
_TAKEN_BACK = re.compile(r"\W*(?:retracted|withdrawn)\b\W*(?:article|paper)?\s*[:\]–-]", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\bthis (?:paper|article|submission|manuscript) has been (?:withdrawn|retracted)\b", re.IGNORECASE
)
_FILLED_IN = re.compile(
    r"\W*(?:untitled|anonymous|unknown|unspecified|user|admin)\W*|.{1,200}\.(?:docx?|pdf|tex|dvi|ps|indd|qxd|rtf|odt|pptx?|xlsx?)",
    re.IGNORECASE,
)
"""What a program puts where nobody says a PDF's title or author: a word for none, or a file's name."""
_EXTENT_OF_FEED: dict[str, Extent] = {"feed": "full text", "feed extract": "part"}
_ENDS = (".", "!", "?", "。", "！", "？", "।", "؟")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f\uac00-\ud7af]")


def read_page(fetched: Response, latest: PartialDate) -> PageText:
    """The reading of one fetched page, PDF, Markdown, plain text, thread of posts or archive of mails, or of the pages
    of one article. `latest` bounds the dates believed: no page is from the future. Raises Unreadable for another kind
    of file, for what holds neither text nor a title, for a page that is no article, and for one whose characters
    cannot be told."""
    with _uncollected():
        return _of_its_kind(fetched, latest)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looks for garbage: the tens of thousands of objects of a page hold each other in no circle, and all go
    when it is read."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _of_its_kind(fetched: Response, latest: PartialDate) -> PageText:
    match media_of(fetched):
        case "thread":
            return read_thread(fetched.body, fetched.url, latest)
        case "pages":
            return _of_pages(pages_of(fetched), latest)
        case "mail":
            return page_of(mail_thread(fetched.body, fetched.url), latest)
        case "pdf":
            return _of_pdf(fetched, latest)
        case "plain":
            return _of_plain(fetched)
        case "markdown":
            return _of_markdown(fetched, latest)
        case "html":
            return _of_html(fetched, latest)
    raise Unreadable("not HTML", f"{fetched.url} is {fetched.media_type}, not a web page: it was set aside")


def _of_pages(pages: Sequence[Response], latest: PartialDate) -> PageText:
    """An article or a thread of posts that stands on several pages, as far as they can be read. Raises Unreadable where
    the first page cannot be."""
    last = len(pages) - 1
    readings = [_of_html(pages[0], latest, goes_on=bool(last))]
    if readings[0].posts:
        return _thread_on_pages(pages, readings[0], latest)
    if readings[0].extent == "title only":
        return readings[0]
    extent = readings[0].extent
    for number, page in enumerate(pages[1:], 1):
        try:
            reading = _of_html(page, latest, goes_on=number < last, first=pages[0].final_url)
        except Unreadable:
            extent = "part"
            break
        if reading.extent in ("part", "title only"):
            extent = "part"
        readings.append(reading)
    return one_text(readings).model_copy(update={"extent": extent})


def _thread_on_pages(pages: Sequence[Response], first: PageText, latest: PartialDate) -> PageText:
    """A thread whose posts stand on several pages; `first` is the reading of the first of them."""
    threads: list[FetchedThread] = []
    missing: list[str] = []
    for number, page in enumerate(pages):
        found = posts_on(parsed(bounded(_decoded(page), page.url), page.url), page.final_url, first.title, latest)
        if found is None or found.article:
            missing.append(MORE_PAGES)
            break
        said = found.thread.missing.split("; ") if found.thread.missing else []
        missing += [each for each in said if each != MORE_PAGES or number == len(pages) - 1]
        threads.append(found.thread)
    posts = tuple(post for thread in threads for post in thread.posts)
    said_missing = "; ".join(dict.fromkeys(missing)) or None
    whole = FetchedThread(title=first.title, url=pages[0].url, venue=first.venue, posts=posts, missing=said_missing)
    return page_of(whole, latest, first.language).model_copy(update={"canonical": first.canonical})


def _of_html(fetched: Response, latest: PartialDate, *, goes_on: bool = False, first: str = "") -> PageText:
    """One page; `goes_on` says that the page it names as the next one is read too, `first` where its article begins."""
    tree = parsed(bounded(_decoded(fetched), fetched.url), fetched.url)
    held = list(tree.iter())  # so that lxml need not make its objects anew each time one is asked for
    cut_off = is_cut_off(tree)
    searched = head_of(tree) if is_large(tree) else tree
    is_page = fetched.text_from == "page"
    things = things_of(searched)
    called = page_title(searched, things, fetched.final_url)
    found = posts_on(tree, fetched.final_url, called.title, latest, things) if is_page else None
    if is_page and (thread := _of_posts(fetched, tree, called, found, latest)):
        return thread
    if is_page and is_front_page(fetched.url, fetched.final_url, searched):
        raise Unreadable("front page", f"{fetched.url} leads to its site's front page by now: it was set aside")
    signs = signs_of(searched, things)
    title = called.title
    author = authors_of(searched, things, fetched.final_url, called.venue, called.heading)
    searched = searched if searched is not tree else deepcopy(tree)
    for comment in found.elements if found else ():
        comment.drop_tree()
    folded, followed = drop_hidden(without_times(tree))
    tree = with_anchors_apart(without_empty(tree))
    text, whole, whole_lines = main_text(tree, title, folded)
    if not title and not text:
        raise Unreadable("empty", f"{fetched.url} holds no text that could be read: it was set aside")
    instead = kind_of(signs, title, text or _all_words(tree)) if is_page else None
    if instead:
        raise Unreadable(instead, f"{fetched.url} is no article but a {instead}: it was set aside")
    scholarly = bool(tree.xpath("boolean(//meta[@name='citation_title'])"))
    extent = _extent(signs, text, scholarly) if is_page else _EXTENT_OF_FEED[fetched.text_from]
    is_last = goes_on or next_page(tree, fetched.final_url, first) is None
    if extent == "full text" and (cut_off or not (whole and followed and is_last)):
        extent = "part"
    language = language_of(text or title, stated_language(searched))
    stated = stated_date(searched, things, fetched.final_url, latest, language, called.heading)
    del held
    return PageText(
        text="" if extent == "title only" else text,
        title=title or text.partition("\n")[0][:120],
        extent=extent,
        venue=called.venue,
        author=author,
        published=stated.date if stated else None,
        date_from=stated.source if stated else None,
        language=language,
        canonical=canonical_of(tree, fetched.final_url),
        links=links_of(tree, fetched.final_url),
        whole_lines=() if extent == "title only" else tuple(sorted(whole_lines)),
        withdrawn=bool(_TAKEN_BACK.match(title)) or (scholarly and bool(_WITHDRAWN.search(_all_words(tree)))),
    )


def _of_posts(
    fetched: Response, tree: lxml_html.HtmlElement, called: PageTitle, found: PostsFound | None, latest: PartialDate
) -> PageText | None:
    """A page that is a thread of the posts `found` on it, or, where its comments were asked for, those of an article;
    None for a page to be read as an article. Raises Unreadable where comments were asked for and there are none, and
    for posts behind a wall."""
    wants_comments = fetched.url.endswith(COMMENTS)
    if wants_comments and not found:
        raise Unreadable("no posts", f"{fetched.url}: no comments stand on the page: none were read")
    if not found or (found.article and not wants_comments):
        return None
    page = page_of(found.thread, latest, stated_language(tree))
    signs = signs_of(tree, things_of(tree))
    instead = kind_of(signs._replace(asks_password=False, is_bare=False, is_lost=False), page.title, page.text)
    if instead:
        raise Unreadable(instead, f"{fetched.url} is no thread but a {instead}: it was set aside")
    canonical = None if wants_comments else canonical_of(tree, fetched.final_url)
    links = page.links or links_of(tree, fetched.final_url)
    return page.model_copy(update={"venue": page.venue or called.venue, "canonical": canonical, "links": links})


def _of_pdf(fetched: Response, latest: PartialDate) -> PageText:
    found = read_pdf(fetched.body, fetched.url)
    text = clean(found.text)
    date = partial_date(found.date)
    date = date if date and date <= latest else None
    title, author = (one_line(said) for said in (found.title, found.author))
    return PageText(
        text=text,
        title=title if title and not _FILLED_IN.fullmatch(title) else text.partition("\n")[0][:120],
        extent="full text" if found.whole else "part",
        author=None if _FILLED_IN.fullmatch(author) else ", ".join(person_names(author)) or None,
        published=date,
        date_from="metadata" if date else None,
        language=language_of(text, None),
    )


def _of_plain(fetched: Response) -> PageText:
    text = _paragraphs(re.sub(r"(?<=\S)\n(?=\S)", " ", clean(_decoded(fetched))), "")
    if not text:
        raise Unreadable("empty", f"{fetched.url} is empty: it was set aside")
    title = text.partition("\n")[0][:120]
    return PageText(text=text, title=title, extent="full text", language=language_of(text, None))


def _of_markdown(fetched: Response, latest: PartialDate) -> PageText:
    found = read_markdown(clean(_decoded(fetched)))
    if not found.text and not found.title:
        raise Unreadable("empty", f"{fetched.url} is empty: it was set aside")
    date = partial_date(found.date)
    return PageText(
        text=found.text,
        title=one_line(found.title) or found.text.partition("\n")[0][:120],
        extent="full text" if found.text else "title only",
        author=", ".join(person_names(found.author or "")) or None,
        published=date if date and date <= latest else None,
        date_from="metadata" if date and date <= latest else None,
        language=language_of(found.text, None),
        whole_lines=found.whole_lines,
    )


def _decoded(fetched: Response) -> str:
    """The bytes as text: by a byte order mark, the server's charset or the page's own, in the order the HTML standard
    has; else by what they look like. Raises Unreadable where more than one character in 200 cannot be told."""
    from charset_normalizer import from_bytes
    from w3lib.encoding import html_to_unicode

    stated = f"text/html; charset={fetched.charset}" if fetched.charset else None

    def guessed(body: bytes) -> str | None:
        best = from_bytes(body[:200_000]).best()
        return best.encoding if best else None

    try:
        text = fetched.body.decode("utf-8-sig")  # UTF-8 that reads as UTF-8 is UTF-8, whatever is said of it
    except UnicodeDecodeError:
        text = html_to_unicode(stated, fetched.body, default_encoding="utf-8", auto_detect_fun=guessed)[1]
    if text.count("\ufffd") > len(text) / 200:
        raise Unreadable("encoding", f"{fetched.url}: its characters cannot be told: it was set aside")
    return text


def _all_words(tree: lxml_html.HtmlElement) -> str:
    """Every word of the page, where no main text was found: what a consent or captcha page is told by."""
    return one_line(" ".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))


def _paragraphs(text: str, title: str) -> str:
    """One paragraph a line, without empty lines and without the title repeated."""
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in clean(text).split("\n")]
    return "\n".join(line for line in lines if line and line != title)


def _extent(signs: PageSigns, text: str, scholarly: bool) -> Extent:
    """How much of the work stands on the page. A page behind a wall shows its opening, or nothing. An abstract page
    carries the citation_* tags of scholarly publishing and is short. A short text is an article where its page
    shows a site around it and it ends as a text does."""
    words = _count(text)
    if is_behind_a_wall(signs, text):
        return "title only"
    is_brief = not signs.is_bare and words >= _FEWEST_WORDS_OF_AN_ARTICLE and text.rstrip("\"”»’')").endswith(_ENDS)
    if words < _FEWEST_WORDS and not is_brief:
        return "title only"
    return "abstract" if scholarly and words <= _MOST_WORDS_OF_AN_ABSTRACT else "full text"


def _count(text: str) -> int:
    """How many words; two characters make one in the scripts that put no space between words."""
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2
