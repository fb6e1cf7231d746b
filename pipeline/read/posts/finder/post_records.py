"""The posts of a group as records: each with an id that lasts, its address, what it answers, and whether it was changed
or taken back."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence

from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_html import NO_WORDS, words_html
from pipeline.read.posts.finder.post_links import Place, levels, place_of
from pipeline.read.posts.finder.post_parts import PostPart
from pipeline.read.posts.finder.post_times import EDITED
from pipeline.read.stated.page_parts import words_of
from pipeline.records.posts import FetchedPost
from pipeline.text import one_line, short_hash

_NOTICE = 30  # words of what a program says of a post
_GONE = re.compile(
    r"\W*(?:\[(?:deleted|removed|gelöscht|entfernt|supprimé|eliminado|borrado)[^\]]{0,30}\]|"
    r"(?:(?:this|the) )?(?:post|comment|message|reply|answer|entry)s?\b.{0,40}\b(?:deleted|removed|withdrawn|"
    r"retracted)\b.{0,60}|"
    r"(?:deleted|removed|withdrawn) (?:by|at)\b.{0,60}|(?:comment|post|message|reply) (?:deleted|removed)|"
    r"(?:dieser |der |diese |die )?(?:beitrag|kommentar|nachricht|antwort)\b.{0,50}\b(?:gelöscht|entfernt)\b.{0,60}|"
    r"(?:ce |le )?(?:message|commentaire)\b.{0,40}\b(?:supprimé|retiré|effacé)\b.{0,60}|"
    r"(?:este |el )?(?:mensaje|comentario)\b.{0,40}\b(?:eliminado|borrado|retirado)\b.{0,60}|"
    r"(?:questo |il )?(?:messaggio|commento)\b.{0,40}\b(?:eliminato|rimosso|cancellato)\b.{0,60}|"
    r"(?:esta? |a |o )?(?:mensagem|comentário)\b.{0,40}\b(?:removid[oa]|apagad[oa]|excluíd[oa])\b.{0,60}|"
    r"(?:dit |deze )?(?:bericht|reactie)\b.{0,40}\bverwijderd\b.{0,60}|"
    r"(?:это )?(?:сообщение|комментарий)\b.{0,40}\bудал\w+\b.{0,60}|(?:deleted|removed))\W*",
    re.IGNORECASE,
)
_ADVERTISEMENT = re.compile(
    r"advert|anzeige|werbung|publicit|publicidad|pubblicit|sponsor|reklam|adbot|google", re.IGNORECASE
)
_EDIT_NAMES = re.compile(r"edited|last-?edit|modified|edit-?history|post_?edit|edit-?(?:note|date|info)", re.IGNORECASE)
_SIGN = re.compile(r"(?:^|\s)(?:is-)?edited(?:-timestamp|-sign|-mark|-label|-at)?(?:$|\s)|last-?edited", re.IGNORECASE)
_MOST_LOOKED_AT = 400
_ID_LENGTH = 12
_BEGINNING = 120  # characters of the words of a post


def fetched_posts(
    index: PageIndex, parts: Sequence[PostPart], url: str, base: str, title: str, flat: Collection[int] = ()
) -> list[FetchedPost]:
    """The posts in the order of the page. `url` is the page's address, `base` what its links start from, `title` what
    it is called. Parts that hold neither words nor anything said of who wrote them are none."""
    kept = []
    for part in parts:
        html, gone = words_html(index, part, title), is_gone(index, part)
        said = one_line(re.sub(r"<[^<>]*>", " ", html[:400]))
        if len(html) < 400 and _GONE.fullmatch(said):
            html, gone = "", True
        is_advertisement = part.named and not html and _ADVERTISEMENT.search(part.named.name)
        if gone or ((part.named or part.mark) and (html or (part.named and not is_advertisement))):
            kept.append((part, html, gone and not html))
    places = [place_of(index, part, base) for part, _, _ in kept]
    ids = _ids([(part, _beginning(html)) for part, html, _ in kept], places)
    answered = _answered([part for part, _, _ in kept], places, levels(index, [part for part, _, _ in kept], flat))
    urls = Counter(place.url for place in places)
    return [
        FetchedPost(
            id=ids[n],
            url=place.url if place.url and urls[place.url] == 1 else f"{url.partition('#')[0]}#{ids[n]}",
            author=part.named.name if part.named else None,
            handle=part.named.handle if part.named else None,
            time=part.mark.time.time if part.mark else None,
            answers=ids[of] if of is not None else None,
            edited=_is_edited(index, part),
            withdrawn=gone,
            body=html,
        )
        for n, ((part, html, gone), place, of) in enumerate(zip(kept, places, answered, strict=True))
    ]


def _beginning(html: str) -> str:
    return one_line(re.sub(r"<[^<>]*>", " ", html[: 2 * _BEGINNING]))[:_BEGINNING]


def _ids(parts: Sequence[tuple[PostPart, str]], places: Sequence[Place]) -> list[str]:
    """An id for each post, given with its first words: one of its markup that no other has, else a hash of who wrote
    it, when, and as which of theirs then. Where no time is known the words stand for it: counting all posts of one
    author would give others an id once an earlier one is taken back."""
    counts = Counter(name for place in places for name in set(place.names))
    told: Counter[tuple[str, str]] = Counter()
    ids: list[str] = []
    for (part, words), place in zip(parts, places, strict=True):
        own = next((name for name in place.names if counts[name] == 1 and not name.startswith("#")), None)
        who = part.named.name if part.named else ""
        when = (part.mark.time.time if part.mark else None) or words
        told[who, when] += 1
        ids.append(own or short_hash(who, when, str(told[who, when]), length=_ID_LENGTH))
    return ids


def _answered(parts: Sequence[PostPart], places: Sequence[Place], above: Sequence[int | None]) -> list[int | None]:
    """The number of the post that each answers: by what its markup names, else by the name it gives, else by where it
    stands."""
    known: dict[str, int | None] = {}
    for number, place in enumerate(places):
        for name in {*place.names, *(digits for each in place.names if (digits := _digits(each)))}:
            known[name] = number if name not in known else None
    found: list[int | None] = []
    latest: dict[str, int] = {}
    for number, place in enumerate(places):
        names = (each for name in place.answers for each in (name, name.lstrip("#"), _digits(name)))
        stated = (known.get(name) for name in names)
        named = latest.get((place.answered_name or "").casefold())
        answer = next((each for each in stated if each is not None and each != number), None)
        if answer is None:
            answer = named if named is not None else above[number]
        found.append(answer)
        who = parts[number].named
        if who:
            latest |= {name.casefold(): number for name in (who.name, who.handle) if name}
    return found


def _digits(name: str) -> str:
    return "" if name.startswith("#") else "".join(re.findall(r"\d+", name)[-1:])


def is_gone(index: PageIndex, part: PostPart) -> bool:
    """Whether what stands in the place of a post says that it was taken back."""
    start = part.part.start
    if part.part.is_run or index.words_of(start) > _NOTICE * 3:
        return False
    for number in (start, *range(start + 1, min(part.part.end, start + 40))):
        if 0 < index.words_of(number) <= _NOTICE and _GONE.fullmatch(words_of(index.elements[number], 200)):
            return True
    return False


def _is_edited(index: PageIndex, part: PostPart) -> bool:
    """Whether the program says of a post that it was changed; what its own words say is not asked."""
    inner = [(each.start, each.end) for each in part.inner]
    bodies = [(body, index.ends[body]) for body in part.bodies if not part.loose]
    starts = [each[0] for each in inner]

    def is_own(number: int) -> bool:
        at = bisect_left(starts, number + 1) - 1
        return at < 0 or number >= inner[at][1]

    for number in range(part.part.start, min(part.part.end, part.part.start + _MOST_LOOKED_AT)):
        element = index.elements[number]
        is_sign = _SIGN.search(element.get("class", "")) and (index.words_of(number) or element.get("title"))
        if is_sign and is_own(number) and not any(start <= number < end for start, end in bodies):
            return True
    first = bisect_left(index.texts, part.part.start, key=lambda text: text.last)
    behind = bisect_left(index.texts, part.part.end, key=lambda text: text.last)
    for holder, _, text, _ in index.texts[first:behind]:
        if not (part.part.start <= holder < part.part.end) or not is_own(holder) or not EDITED.search(text):
            continue
        in_body = any(start <= holder < end for start, end in bodies)
        around = [index.elements[n] for n in (holder, index.parents[holder]) if n >= part.part.start]
        if any(_EDIT_NAMES.search(each.get("class", "")) or NO_WORDS in each.attrib for each in around):
            return True
        if (
            not in_body
            and len(text.split()) <= _NOTICE
            and (not part.loose or EDITED.match(text.lstrip("(«[•·* \n\t")))
        ):
            return True
    return False
