"""Who wrote a post, as its markup and the line over it show it: the name, and the account's where that is another."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipeline.read.posts.finder.page_index import item_name
from pipeline.read.posts.finder.post_times import time_in_words
from pipeline.read.stated.page_parts import words_of
from pipeline.text import one_line

_LONGEST_NAME = 60  # characters
_MOST_WORDS = 5
_LONGEST_LINE = 120
_OF_AN_AUTHOR = re.compile(
    r"author|user_?-?name|(?<![a-z])nick|poster(?!ior)|by-?line|hnuser|creator|member_?-?name|message-name|commenter|"
    r"comment-user|(?<![a-z])fn(?![a-z])|whoposted|posted-?by|(?<![a-z])sender|(?:^|\s)from(?:$|\s)|user-?link|"
    r"vcard|"
    r"(?:^|\s)(?:user|name|who|whom)(?:$|\s)",
    re.IGNORECASE,
)
_ABOUT_AN_AUTHOR = re.compile(
    r"avatar|image|photo|extra|rank|status|stats|count|badge|icon|title|bio|signature|group|level|location|joined|online",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?:^|/)(?:u|users?|members?|profiles?|profil|people|person|authors?|autor|auteur|nutzer|mitglied(?:er)?|"
    r"usuarios?|"
    r"utilisateurs?)/|(?:memberlist|member|profile|user|user_?info|mitglied)\.(?:php|asp|aspx|pl|cgi|html?)|"
    r"[?&;](?:u|uid|user_?id|user|member_?id|author)=|action=profile|mode=viewprofile|/(?:wiki|index\.php)\S*"
    r"(?:user|benutzer|utilisateur|usuario|utente|gebruiker|участник):|/@[\w.-]+/?$|/~[\w.-]+/?$",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:^|/)(?:u|users?|members?|profiles?|people)/(?:\d+-)?([^\W\d][\w.%~-]{0,60}?)(?:\.\d+)?/?(?:[?#].*)?$|"
    r"/@([\w.-]+)/?$|"
    r"[?&](?:user|username|un|id)=([^\W\d][\w.%-]*)$",
    re.IGNORECASE,
)
_STATING = ("data-author", "data-username", "data-user-name", "data-author-name", "data-nickname")
_BEFORE = re.compile(
    r"^(?:re:.*)?(?:(?:originally |first )?(?:posted|written|commented?|replied|reply|message|post|asked|"
    r"answered|submitted|started|sent|article|review|kommentar|beitrag|verfasst|geschrieben|erstellt|antwort|publié|"
    r"écrit|"
    r"posté|message|publicado|escrito|enviado|inviato|scritto|geplaatst|skrevet|napisane)\s+)?"
    r"(?:(?:by|von|par|por|di|da|door|av|af|od|przez|от|author|autor|auteur|poster|user|name|from)\b\s*:?|@)\s*",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:[,:;|»·•—–/(\[]|\s-\s|\b(?:wrote|writes|says|said|commented|replied|posted|asked|answered|schrieb|schreibt|"
    r"sagt|sagte|meint|kommentierte|antwortete|a écrit|écrit|dit|a dit|escribió|escribe|dice|dijo|escreveu|disse|diz|"
    r"ha scritto|scrive|ha detto|schreef|schrijft|zegt|skrev|skriver|säger|sier|siger|napisał\w*|pisze|пишет|"
    r"написал\w*|"
    r"сказал\w*|говорит|kirjoitti|yazdı|on|at|am|um|le|à|el|il|alle|op|den|em|às|in (?:reply|response) to|"
    r"repl(?:ied|ies|ying) to|als antwort|en réponse|en respuesta|in risposta|em resposta)(?!\w)).*$",
    re.IGNORECASE | re.DOTALL,
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|says|said|posted by|schrieb|schreibt|sagt|a écrit|dit|escribió|dice|dijo|escreveu|disse|"
    r"ha scritto|"
    r"scrive|schreef|zegt|skrev|skriver|säger|napisał\w*|пишет|написал\w*)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\s*[(\[]?(?<!\w)@([\w.-]{2,40})[)\]]?")
_FILLING = re.compile(
    r"(?:\W|\d|\b(?:on|am|le|el|il|op|den|em|at|um|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|"
    r"ven|sam|"
    r"dim|posted|wrote|written|reply|post|published|added|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\w+tag)\b)*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"^(?:\W*?(?:#\d+\W+|\d+\s?[:.)]+\s))?[\s:,;|»«·•–—-]*"
    r"(?:(?:schrieb|skrev|schreef|wrote|ha scritto|a écrit|escribió)\b\s*)?",
    re.IGNORECASE,
)
_ROLES = re.compile(
    r"(?:(?:junior|senior|new|full|active|site|global|super)? ?(?:member|moderator|administrator|admin|mod|user|"
    r"mitglied|"
    r"benutzer|membre)|newbie|staff|team|original poster|topic starter|thread starter|verified)\W*",
    re.IGNORECASE,
)
"""What somebody is, which is also what some are called."""
_ROLE_BEHIND = re.compile(
    r"(?<=\w)\s+(?:(?:(?:junior|senior|new|full|active|super) )?member|moderator|administrator|posts|joined|"
    r"registered)\b.*$",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\W?(?:#?\d+|\d[\d,.]* \w+|re|op|by|on|at|in|von|am|par|le|por|el|di|il|topic|thema|sujet|tema|deleted|removed|"
    r"gelöscht|supprimé|reply|quote|report|permalink|link|share|edit|delete|like|up|down|top|parent|next|prev|"
    r"previous|root|"
    r"author|posts?|offline|online|view profile|profile|profil|website|new|hide|"
    r"show|more|comments?|replies|says|antworten|zitieren|melden|répondre|citer|signaler|responder|citar|"
    r"rispondi|cita|message|nachricht|pm|send message|follow|context|full comments|title|subject|betreff|posted|date|"
    r"joined|location|uncategorized|name|autor|auteur|edited|anonymous user says)\W*",
    re.IGNORECASE,
)


_CERTAIN = 40


class Named(NamedTuple):
    """A name on a page, the account it goes by, and how much speaks for it being whose the post is."""

    number: int
    name: str
    handle: str | None
    weight: int


def stated_name(element: HtmlElement) -> str | None:
    """The author that a post's own element names in an attribute."""
    named = next((value for key in _STATING if (value := element.get(key, "").strip())), "")
    return one_line(named)[:_LONGEST_NAME] or None


def name_of(number: int, element: HtmlElement, words: int, *, beside_time: bool) -> Named | None:
    """The author that an element names, where anything speaks for it. `words` is how many words it has, `beside_time`
    says that a time stands in the same line."""
    tag, weight = element.tag, 0
    names = f"{element.get('class', '')} {element.get('id', '')}"[:200]
    item = item_name(element)
    href = element.get("href", "") if tag == "a" else ""
    if {"author", "creator"} & set(item.split()):
        weight = 100
    elif "author" in element.get("rel", "").split() and tag == "a":
        weight = 80
    elif names != " " and _is_an_authors(names):
        weight = 60 if not _ABOUT_AN_AUTHOR.search(names) else 25
    elif href and _PROFILE.search(href):
        weight = 50
    elif element.get("data-username") or element.get("data-user"):
        weight = 40
    elif tag in ("b", "strong", "cite", "h3", "h4", "h5", "h6", "dt", "th", "a", "span", "em", "i", "legend"):
        weight = 15 if tag not in ("a", "span", "em", "i") else 5
    if not weight and not beside_time:
        return None
    text = element.get("content", "") if tag == "meta" else words_of(element, _LONGEST_LINE)
    if tag == "meta" or item:
        text = _inner_name(element) or text
    elif tag != "a" and words > 1 and weight >= _CERTAIN:
        text = _linked_name(element) or text
    if not text and weight >= 40:
        text = element.get("title", "") if tag != "a" else ""
    found = name_in(text)
    if beside_time and found:
        is_all = weight < _CERTAIN and _says_only(text, found[0])
        weight += 30 if _WROTE.search(text) else 25 if is_all else 10
    if found and weight < _CERTAIN and _ROLES.fullmatch(found[0]):
        return None
    if not found:
        return None
    if not beside_time:
        weight -= 2 * max(0, min(words, _MOST_WORDS * 2) - len(found[0].split()))
    return Named(number, found[0], found[1] or _account(element, found[0]), max(weight, 1))


def _says_only(text: str, name: str) -> bool:
    """Whether a line says a time, a name, and nothing else but numbers."""
    time = time_in_words(text)
    rest = (text[: time.start] + text[time.end :] if time else "").replace(name, "", 1)
    return bool(time) and all(any(map(str.isdigit, word)) for word in rest.split() if any(map(str.isalnum, word)))


def is_profile(href: str) -> bool:
    """Whether a link leads to what a site tells of one of its people."""
    return bool(_PROFILE.search(href[:300]))


@lru_cache(maxsize=20_000)
def _is_an_authors(names: str) -> bool:
    return bool(_OF_AN_AUTHOR.search(names))


def _inner_name(element: HtmlElement) -> str:
    """The name in an element that stands for a person."""
    for each in element.iter():
        if "name" in item_name(each).split():
            return one_line(each.get("content") or words_of(each, _LONGEST_LINE))
    return ""


def _linked_name(element: HtmlElement) -> str:
    """What the first link to a profile in an element says."""
    links = (link for link in element.iter("a") if is_profile(link.get("href", "")))
    return next((text for link in links if (text := words_of(link, _LONGEST_NAME))), "")


@lru_cache(maxsize=5_000)
def name_in(text: str) -> tuple[str, str | None] | None:
    """The name, and the account's, in a line such as "Posted by Ann Rivers (@river_ann) on 2 March 2026"."""
    text = one_line(text)[:_LONGEST_LINE].replace("：", ": ")
    if time := time_in_words(text):
        before, behind = text[: time.start], text[time.end :]
        text = behind if _FILLING.fullmatch(before) else before
    handle = None
    if match := _HANDLE.search(text):
        handle = match[1]
        text = text[: match.start()] if _cut(text[: match.start()]) else handle
    name = _ROLE_BEHIND.sub("", _cut(text))
    words = name.split()
    if not name or len(name) > _LONGEST_NAME or len(words) > _MOST_WORDS or not any(map(str.isalpha, name)):
        return None
    if _LABELS.fullmatch(name) or "://" in name or (len(words) > 2 and name.endswith((".", "!", "?"))):
        return None
    return name, handle if handle and handle.casefold() != name.casefold() else None


def _cut(text: str) -> str:
    """`text` without what stands before a name and behind it in the line over a post."""
    bare = _BEFORE.sub("", _VERB.sub("", text, count=1))
    if bare.lstrip()[:1].isalnum() or bare.lstrip()[:1] in "_[(<":
        bare = _BEHIND.sub("", bare) or bare
    return bare.strip(' \t,:;|»«·•—–-/()*#"“”~')


def _account(element: HtmlElement, name: str) -> str | None:
    """The account that a link to a profile leads to, where it has another name."""
    stated = element.get("data-username") or element.get("data-user-card") or ""
    href = element.get("href", "")
    if not stated and element.tag != "a":
        inner = element.find(".//a")
        href = inner.get("href", "") if inner is not None else ""
    match = _ACCOUNT.search(href[:300])
    led = next((each for each in match.groups() if each), "") if match else ""
    handle = one_line(unquote(stated or led))
    folded = re.sub(r"[\W_]", "", handle).casefold()
    return handle[:_LONGEST_NAME] if folded and folded != re.sub(r"[\W_]", "", name).casefold() else None
