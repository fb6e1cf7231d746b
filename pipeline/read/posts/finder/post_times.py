"""When something was posted, as pages show it: in the markup to the second, in words to the day, or only relative to
now ("3 hours ago"), which tells that a time stands there but not which."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.read.posts.finder.page_index import item_name
from pipeline.records.posts import Moment, moment
from pipeline.text.dates import as_date, calendar_date, month_number, written_dates

_MACHINE = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?\s?(Z|UTC|GMT|"
    r"[+-]\d\d:?\d\d)?)?(?:\s+(\d{10}))?\s*"
)
_SECONDS = re.compile(r"1\d{9}(?:\d{3}|\.\d{1,6})?")
_TITLES = frozenset(("title", "data-original-title", "data-tip", "data-tooltip", "aria-label"))
_COUNTED = re.compile(r"datetime|content|data-[a-z-]*(?:time|date|epoch|unix|utime|ts|posted|created)[a-z-]*")
_TELLING = frozenset(name[:4] for name in (*_TITLES, "datetime", "content", "data-"))
_TIMES = frozenset(("time", "abbr", "relative-time", "time-ago", "local-time"))
_MAY_BE_DATE = re.compile(r"(?:19|20)\d\d|\d[./]\s?\d\d?[./]\s?\d\d|[年년०-९٠-٩۰-۹০-৯]")
_CLOCK = re.compile(
    r"(?<!\d)([01]?\d|2[0-3])(?::|h|\.)([0-5]\d)(?::([0-5]\d))?(?!\d)(?:\s?([ap])\.?\s?m\b\.?)?"
    r"(?:\s?\(?(UTC|GMT|Z)\)?(?:\s?([+-]\d\d?:?(?:\d\d)?))?(?![\w])|\s?([+-]\d\d:?\d\d)(?!\d))?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\s?\(?(UTC|GMT)\)?(?![\w+-])")
_UNIT = (
    r"(?:s|se[ck]\w*|m|min\w*|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|months?|mths?|y|yrs?|years?|sekund\w*|stunde?n?|"
    r"std|tage?n?|wochen?|monate?n?|jahre?n?|heures?|jours?|semaines?|mois|ans?|segundos?|horas?|d[ií]as?|semanas?|"
    r"mes(?:es)?|mês|años?|anos?|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|u[u]?r|dag(?:en|ar|e)?|weken|"
    r"maand(?:en)?|"
    r"ja?are?n?|timm?[ae]r?|uk[ae]r?|veck\w+|måned\w*|månad\w*|år|god\w+|dni|tygodni\w*|miesi\w+|lata?|час\w*|минут\w*|"
    r"дн\w+|день|недел\w+|месяц\w*|лет|года?)"
)
_BEHIND = ("ago", "fa", "geleden", "siden", "sedan", "atrás", "temu", "назад", "zpět", "sitten")
_BEFORE = ("vor", "il y a", "hace", "há", "for", "for over", "před")
_NOW = (
    "just now", "moment ago", "moments ago", "gerade eben", "à l'instant", "à l’instant", "ahora mismo", "agora mesmo",
    "adesso",
)  # fmt: skip
_DAYS = (
    "today", "yesterday", "heute", "gestern", "vorgestern", "aujourd'hui", "aujourd’hui", "hier", "hoy", "ayer", "oggi",
    "ieri", "hoje", "ontem", "vandaag", "gisteren", "i dag", "idag", "i går", "igår", "dzisiaj", "dziś", "wczoraj",
    "сегодня", "вчера", "dnes", "včera", "bugün", "dün",
)  # fmt: skip
_UNSPACED = ("前", "전")
_LETTERS = re.compile(r"[^\W\d_]+")
_NEAR = frozenset(max(_LETTERS.findall(each), key=len) for each in (*_BEHIND, *_BEFORE, *_NOW, *_DAYS))
"""Of each way to tell a time by how near it is, the word without which it does not stand in a text."""
_RELATIVE = re.compile(
    rf"(?:(?:an?|one|\d+\+?|eine[mnr]?|une?|una?|um|een|ett?|en)\s?{_UNIT}(?:\s?,?\s?(?:and|und|et|y|e|en|og|"
    rf"och)?\s?\d+\s?{_UNIT})?\s"
    rf"(?:{'|'.join(_BEHIND)})\b"
    rf"|(?<![^\W_])(?:{'|'.join(_BEFORE)})\s(?:\w+\s)?(?:\d+|eine[mnr]?|une?|una?|um|ett?|"
    rf"en)\s?{_UNIT}\b"
    rf"|\b(?:{'|'.join(_NOW)})\b"
    rf"|\b(?:{'|'.join(_DAYS)})\b(?=.{{0,12}}\d{{1,2}}[:.h]\d\d|\W*$)"
    r"|\d+\s?(?:秒|分|分鐘|分钟|時間|小时|小時|日|天|週間|周|か月|ヶ月|个月|個月|年|초|분|시간|일|주|개월|년)\s?"
    rf"(?:{'|'.join(_UNSPACED)}))",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\d{1,3}\s?(?:s|m|min|h|hr|d|w|mo|mth|y|yr)s?", re.IGNORECASE)
_AS_MAILED = re.compile(
    r"([A-Z][a-z]{2})\s{1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (?:([A-Z]{3,4}) )?((?:19|20)\d\d)(?: (UTC|GMT))?(?!\d)"
)
"""Mon Mar  2 12:03:05 UTC 2026, as programs of old write a time."""
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]([^\W\d_]{3,10})\b\.?(?:[-\s]['’]?(\d\d)(?![\d:]))?")
_MONTH_DAY = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,10})\.?\s(\d{1,2})(?:st|nd|rd|th)?\b")
_JOINED = re.compile(
    r"\b(?:join|member since|registr|registered|sign(?:ed)? up|mitglied seit|dabei seit|anmeld|angemeldet|"
    r"zuletzt hier|inscri|miembro desde|"
    r"membre depuis|iscritto|membro d|lid sinds|geregistreerd|medlem|ble med|dołączył|rejestracja|регистрация|born|"
    r"geboren|"
    r"seen|last (?:visit|active|online|login)|zuletzt (?:online|aktiv)|awards?|birthday|geburtstag|expires?|deadline)",
    re.IGNORECASE,
)
EDITED = re.compile(
    r"\b(?:last (?:edit\w*|modified|updated|changed)|(?:modified|updated|changed|editiert) (?:last |by |on |at )|"
    r"edited|"
    r"zuletzt (?:bearbeitet|geändert|editiert)|(?:bearbeitet|geändert|editiert) (?:von|am|vor|durch)|bearbeitet\)|"
    r"nachträglich (?:bearbeitet|geändert)|dernière (?:modification|édition)|(?:modifié|édité) (?:par|le|il y)|"
    r"última (?:edición|edição|modificación)|(?:editado|modificado) (?:por|el|em|hace)|(?:ultima modifica|"
    r"modificato (?:da|il))|"
    r"(?:laatst (?:bewerkt|aangepast)|bewerkt door)|sist redigert|senast (?:redigerad|ändrad)|redigerad|redigeret|"
    r"ostatnio (?:zmieni\w+|edytowan\w*)|zmodyfikowan\w*|отредактирован\w*|последнее редактирование|изменено|"
    r"(?:viimeksi )?muokattu|düzenle\w+)\b|編集|编辑|編輯",
    re.IGNORECASE,
)
"""What a program says of a post that was changed."""
_MOST_OTHER_WORDS = 14
_WORDS_OF_PROSE = 4
_ENDS = (".", "!", "?", "。")


class PostTime(NamedTuple):
    """A time, None where it is only told that one stands there, and the part of the text that says it. `quality` tells
    how much speaks for it: the markup over words, a clock over a day."""

    time: Moment | None
    start: int
    end: int
    quality: int


def time_in_markup(element: HtmlElement) -> PostTime | None:
    """The time that an element's attributes state, as machines write it or in the words of a title."""
    names = element.keys()
    if not names:
        return None
    found = [] if _TELLING.isdisjoint([name[:4] for name in names]) else list(_in_attributes(element))
    best = max(found, key=lambda each: (each.quality if each.time else 0, len(each.time or "")), default=None)
    return best or (PostTime(None, 0, 0, 1) if element.tag == "time" else None)


def _in_attributes(element: HtmlElement) -> Iterator[PostTime]:
    is_time = element.tag in _TIMES
    for name, value in element.items():
        if name in _TITLES:
            if not any(map(str.isdigit, value[:40])):
                continue
            if match := _MACHINE.fullmatch(value[:60]):
                yield PostTime(_of_machine(match), 0, 0, 4)
            elif name != "aria-label" and len(value) < _LONGEST_TITLE and (found := time_in_words(value)):
                yield found._replace(start=0, end=0, quality=found.quality + 1)
        elif value[:1].isdigit() and len(value) < _LONGEST_TITLE and _COUNTED.fullmatch(name):
            if _SECONDS.fullmatch(value) and name.startswith("data"):
                yield PostTime(moment(float(value)), 0, 0, 3)
            elif match := _MACHINE.fullmatch(value):
                if name != "content" or item_name(element):
                    yield PostTime(_of_machine(match), 0, 0, 4 if name == "datetime" else 3)
            elif is_time and (found := time_in_words(value)):
                yield found._replace(start=0, end=0)


_LONGEST_TITLE = 80  # characters
_NO_TIME = "1972"  # what an empty field is written as lies before


def _of_machine(match: re.Match[str]) -> Moment | None:
    day, clock, zone, seconds = match.groups()
    if seconds:
        return moment(int(seconds))
    if clock and zone:
        return moment(f"{day}T{clock}{zone if zone[0] in '+-' else 'Z'}")
    return as_date(day)  # a clock of nobody knows which place tells the day and no more


def stated_time(value: str) -> Moment | None:
    """The time of a machine's statement: to the second where it says of which zone its clock is, else the day."""
    match = _MACHINE.fullmatch(value[:60])
    time = _of_machine(match) if match else as_date(value)
    return time if time and time > _NO_TIME else None


@lru_cache(maxsize=5_000)
def time_in_words(text: str, language: str = "", domain: str = "") -> PostTime | None:
    """The time that a short text tells, where it says little else; a sentence that names a day tells none."""
    text = text.rstrip()
    if ":" in text and (match := _AS_MAILED.search(text)):
        clock, zone, year = match[3], match[4], match[5]
        if (month := month_number(match[1])) and (day := calendar_date(year, month, match[2])):
            exact = moment(f"{day}T{clock}Z") if zone in ("UTC", "GMT") or match[6] else None
            return PostTime(exact or as_date(day), match.start(), match.end(), 3)
    if _MAY_BE_DATE.search(text):
        for date, start, end in written_dates(text, language, domain):
            is_day = len(date) == _TO_THE_DAY or end - start >= _NUMBERS
            if is_day and not _is_prose(text, start, end):
                return _with_clock(text, date, start, end)
    if _may_be_near(text) and (match := _RELATIVE.search(text)):
        return None if _is_prose(text, *match.span()) else PostTime(None, *match.span(), 1)
    if len(text) < _LONGEST_TITLE and any(map(str.isdigit, text)):
        return _without_year(text, language)
    return None


def _may_be_near(text: str) -> bool:
    """Whether a word stands in a text without which it tells no time by how near it is."""
    return not _NEAR.isdisjoint(_LETTERS.findall(text.lower())) or any(each in text for each in _UNSPACED)


def _without_year(text: str, language: str) -> PostTime | None:
    """A time that leaves the year out, or all but how long ago it was, where the text says hardly anything else."""
    if match := _SHORT.fullmatch(text.strip()):
        return PostTime(None, 0, len(text), 1)
    clock = _CLOCK.search(text)
    for match in _DAY_MONTH.finditer(text):
        if month := month_number(match[2], language):
            if match[3] and (day := calendar_date(f"20{match[3]}", month, match[1])):
                return _with_clock(text, day, *match.span())
            return _told(text, match, clock)
    for match in _MONTH_DAY.finditer(text):
        if month_number(match[1], language):
            return _told(text, match, clock)
    return None


def _told(text: str, day: re.Match[str], clock: re.Match[str] | None) -> PostTime | None:
    """A day of some year as a time, where the text says hardly anything but it and a clock."""
    start, end = day.span()
    if clock and ":" in clock[0]:
        start, end = min(start, clock.start()), max(end, clock.end())
    others = len((text[:start] + text[end:]).split())
    return PostTime(None, start, end, 1) if others <= (_WORDS_OF_PROSE if clock else 1) else None


_TO_THE_DAY = 10  # characters
_NUMBERS = 8  # characters of a day in numbers, of which the year alone may be certain: 03/02/2026


def _with_clock(text: str, day: str, start: int, end: int) -> PostTime:
    """The day, or the time to the minute where the text says of which zone its clock is."""
    clock = _CLOCK.search(text, end) or _CLOCK.search(text[:start])
    if not clock:
        return PostTime(as_date(day), start, end, 2)
    span = min(start, clock.start()), max(end, clock.end())
    hours, minutes, seconds, half, name, shift, numbers = clock.groups()
    if behind := _ZONE.match(text, span[1]):
        name, span = behind[1], (span[0], behind.end())
    if not (name or numbers) or len(day) < _TO_THE_DAY:
        return PostTime(as_date(day), *span, 3)
    hour = int(hours) % 12 + (12 if half.lower() == "p" else 0) if half else int(hours)
    zone = numbers or (f"{shift[0]}{int(re.sub(r'[^0-9]', '', shift)[:2]):02}00" if shift else "Z")
    return PostTime(moment(f"{day}T{hour:02}:{minutes}:{seconds or '00'}{zone}") or as_date(day), *span, 3)


def _is_prose(text: str, start: int, end: int) -> bool:
    rest = (text[:start] + text[end:]).split()
    return len(rest) > _MOST_OTHER_WORDS or (len(rest) > _WORDS_OF_PROSE and text.endswith(_ENDS))


def is_another_time(before: str) -> bool:
    """Whether the words before a time say that it is not when something was posted, but when somebody joined or last
    came, or when it was changed."""
    return bool(_JOINED.search(before) or EDITED.search(before))
