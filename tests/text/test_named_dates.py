"""Dates as sentences name them, in every language: round trips through CLDR's own forms, spans, other names of months;
and what is left of a sentence has none of their digits."""

import random
from datetime import date

import pytest
from babel.dates import format_date, format_skeleton

from pipeline.text.named_dates import named_dates, names_dates

LANGUAGES = (
    "ar",
    "cs",
    "de",
    "es",
    "fi",
    "fr",
    "he",
    "hi",
    "hu",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "sv",
    "tr",
    "uk",
    "zh",
)
WITH_YEAR = ("medium", "long", "full", "yMMMd", "yMMMMd")
WITHOUT_YEAR = ("MMMd", "MMMMd")
ALL_YEAR = (1, 12)


def said(day, form, language):
    if form in ("medium", "long", "full"):
        return format_date(day, form, locale=language)
    return format_skeleton(form, day, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_as_cldr_writes_them_are_found_whole(language):
    chance = random.Random(3)
    for _ in range(25):
        day = date(chance.randrange(1990, 2040), chance.randrange(1, 13), chance.randrange(1, 29))
        for form in (*WITH_YEAR, *WITHOUT_YEAR):
            text = said(day, form, language)
            dates, rest = named_dates(f"({text})", language)
            year = None if form in WITHOUT_YEAR else day.year
            assert (year, (day.month, day.month), day.day) in dates, text
            assert not any(c.isdecimal() for c in rest), text


NAMED = {
    "de": {"am 20. Jänner": [(None, (1, 1), 20)], "vom 3. bis zum 5. Mai 2026": [(2026, (5, 5), 3), (2026, (5, 5), 5)], "Anfang Mai 2026": [(2026, (5, 5), None)], "am 3.5.": [(None, (5, 5), 3)], "3.5.2026": [(2026, (5, 5), 3)], "im 3. Quartal 2026": [(2026, (7, 9), None)], "im Jahr 2026": [(2026, ALL_YEAR, None)], "3., 4. und 5. März": [(None, (3, 3), 3), (None, (3, 3), 4), (None, (3, 3), 5)]},
    "fr": {"le 1er mars": [(None, (3, 3), 1)], "du 3 au 5 mai 2026": [(2026, (5, 5), 3), (2026, (5, 5), 5)], "en août 2026": [(2026, (8, 8), None)], "fin février": [(None, (2, 2), None)], "le 15/11/2026": [(2026, (11, 11), 15)], "saison 2022-2023": [(2022, ALL_YEAR, None)]},
    "es": {"del 3 al 5 de mayo": [(None, (5, 5), 3), (None, (5, 5), 5)], "el 15 de noviembre de 2026": [(2026, (11, 11), 15)], "el 1.º de mayo": [(None, (5, 5), 1)], "enero del 2026": [(2026, (1, 1), None)]},
    "it": {"l’8 marzo 2026": [(2026, (3, 3), 8)], "dal 3 al 5 maggio": [(None, (5, 5), 3), (None, (5, 5), 5)]},
    "pt": {"entre 3 e 5 de maio de 2026": [(2026, (5, 5), 3), (2026, (5, 5), 5)]},
    "nl": {"van 3 tot 5 mei": [(None, (5, 5), 3), (None, (5, 5), 5)], "in maart 2026": [(2026, (3, 3), None)]},
    "pl": {"15 listopada 2026 r.": [(2026, (11, 11), 15)], "w marcu 2026": [(2026, (3, 3), None)], "od 3 do 5 maja": [(None, (5, 5), 3), (None, (5, 5), 5)]},
    "ru": {"15 ноября": [(None, (11, 11), 15)], "с 3 по 5 мая 2026 г.": [(2026, (5, 5), 3), (2026, (5, 5), 5)], "в марте 2026 года": [(2026, (3, 3), None)]},
    "cs": {"3. července 2026": [(2026, (7, 7), 3)], "v červnu": [(None, (6, 6), None)]},
    "ja": {"2026年3月15日": [(2026, (3, 3), 15)], "3月3日から5日まで": [(None, (3, 3), 3), (None, (3, 3), 5)], "令和8年3月": [(2026, (3, 3), None)], "平成元年": [(1989, ALL_YEAR, None)], "2026年度": [(2026, ALL_YEAR, None)], "17日、": []},
    "zh": {"2026年3月3日至5日": [(2026, (3, 3), 3), (2026, (3, 3), 5)], "1990年代": [(1990, ALL_YEAR, None)]},
    "ko": {"2026년 3월 15일": [(2026, (3, 3), 15)]},
    "ar": {"٣ مارس ٢٠٢٦": [(2026, (3, 3), 3)], "5 تشرين الثاني 2026": [(2026, (11, 11), 5)], "بين 3 و5 مايو": [(None, (5, 5), 3), (None, (5, 5), 5)]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "dates"), [(code, text, dates) for code, each in NAMED.items() for text, dates in each.items()]
)
def test_dates_and_spans_as_people_write_them(language, text, dates):
    found, rest = named_dates(f"x {text} x", language)
    assert found == dates
    assert not any(c.isdecimal() for c in rest)


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "61 Schulen und 37.500 Kinder"), ("de", "um 15.30 Uhr"), ("fr", "37 500 écoles"), ("ja", "5日間に3か月分"), ("zh", "5个月"), ("ru", "61 школа"), ("es", "2.026 alumnos"), ("ar", "61 مدرسة"), ("pl", "12 maili"), ("de", "Im Mai 3 Schulen")],
)  # fmt: skip
def test_figures_are_no_dates(language, text):
    rest = named_dates(text, language)[1]
    assert [c for c in rest if c.isdecimal()] == [c for c in text if c.isdecimal()]


def test_which_languages_name_dates_here():
    assert all(map(names_dates, LANGUAGES))
    assert not names_dates("xx")


def test_no_text_breaks_the_search():
    chance = random.Random(4)
    parts = [
        "3",
        "31",
        ".",
        " ",
        "Mai",
        "2026",
        "年",
        "月",
        "日",
        "令和",
        "–",
        "bis",
        "/",
        "de",
        "30. Februar",
        "0",
        "99",
        "Quartal",
        "٣",
        "Q3",
        "\0",
        "마",
        "1.",
    ]
    for _ in range(400):
        text = "".join(chance.choices(parts, k=chance.randrange(1, 12)))
        for language in ("de", "ja", "hu", "es", "ar", "xx"):
            named_dates(text, language)
