"""A number is the same number in every language's writing, and no other: tables of notations, and round trips through
what CLDR and num2words write."""

import random
from decimal import Decimal

import pytest
from babel.numbers import format_compact_decimal, format_decimal
from num2words import num2words

from pipeline.text.number_words import numbers_in_words, words_are_known
from pipeline.text.numbers import figures_of, numbers_in

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh")
WITHOUT_LONG_FORMS = ("ja", "zh")  # of compact numbers
BEFORE = {"ja": "全部で", "zh": "共有", "ar": "في المجموع "}
"""Words before a number that are none themselves; Arabic has no capitals, Chinese and Japanese no spaces."""


def said(number, language):
    return f"{BEFORE.get(language, 'In x ')}{number}{'' if language in WITHOUT_LONG_FORMS else ' '}x."


def read(text, language):
    """Every number that the first figure of a text may be, with its power."""
    figure = figures_of(text, language)[0]
    return {
        n.scaleb(figure.power or 0).normalize() for reading in figure.readings for n in reading[:1] if len(reading) == 1
    }


NOTATIONS = {
    "en": {"37500": ["37,500", "37500", "37 500", "37’500"], "37.5": ["37.5", "37.50", "37,5"], "4700000": ["4.7 million", "4.7m", "4,700,000", "47 lakh"]},
    "de": {"37500": ["37.500", "37 500", "37\u202f500", "37’500", "37'500", "37500", "37,5 Tsd."], "37.5": ["37,5", "37.5", "37,50"], "4700000": ["4,7 Mio.", "4,7 Millionen", "4,7-Millionen", "4.700.000"], "4700000000": ["4,7 Mrd.", "4,7 Milliarden"]},
    "fr": {"37500": ["37\u202f500", "37\u00a0500", "37 500", "37.500", "37500", "37,5 mille"], "37.5": ["37,5", "37.5"], "4700000": ["4,7 millions", "4,7\u00a0M€", "4 700 000"], "4700000000": ["4,7 milliards", "4,7 Md€"]},
    "es": {"37500": ["37.500", "37,500", "37 500", "37,5 mil"], "37.5": ["37,5", "37.5"], "4700000": ["4,7 millones", "4.7 millones"], "4700000000": ["4,7 mil millones", "4700 millones"]},
    "es-MX": {"37500": ["37,500"], "37.5": ["37.500"]},
    "es-ES": {"37500": ["37.500"], "37.5": ["37,500"]},
    "it": {"37500": ["37.500", "37 500", "37’500"], "37.5": ["37,5", "37.5"], "4700000": ["4,7 milioni", "4,7 mln"], "4700000000": ["4,7 miliardi", "4,7 mld"]},
    "pt": {"37500": ["37.500", "37 500", "37,5 mil"], "4700000": ["4,7 milhões", "4,7 mi"], "4700000000": ["4,7 bilhões", "4,7 mil milhões"]},
    "nl": {"37500": ["37.500", "37 500"], "37.5": ["37,5"], "4700000": ["4,7 miljoen", "4,7 mln."], "4700000000": ["4,7 miljard"]},
    "pl": {"37500": ["37\u00a0500", "37 500", "37,5 tys."], "37.5": ["37,5"], "4700000": ["4,7 mln", "4,7 miliona", "4,7 milionów"], "4700000000": ["4,7 mld"]},
    "ru": {"37500": ["37\u00a0500", "37 500", "37,5 тыс."], "37.5": ["37,5"], "4700000": ["4,7 млн", "4,7 миллиона", "4,7 миллионами"], "4700000000": ["4,7 млрд"]},
    "ja": {"37500": ["3万7500", "37,500", "３７，５００", "3.75万", "3万7千500"], "37.5": ["37.5"], "120000000": ["1億2千万", "1.2億", "1億2000万"], "30": ["3割", "30"]},
    "zh": {"37500": ["3万7500", "37,500", "3.75万", "3萬7500"], "3000000000000": ["3万亿", "3兆"], "250000000": ["2.5亿", "2億5000萬"]},
    "ko": {"37500": ["3만 7500", "37,500", "3만7500"], "30000000": ["3천만", "3000만"]},
    "ar": {"37500": ["٣٧٬٥٠٠", "37.500", "37,500", "٣٧٥٠٠", "37,5 ألف"], "37.5": ["٣٧٫٥", "37,5", "37.5"], "4700000": ["4.7 مليون", "٤٫٧ ملايين"]},
    "hi": {"37500": ["37,500", "३७,५००"], "123": ["१२३"], "1234567": ["12,34,567"], "500000": ["5 लाख"], "50000000": ["5 करोड़"]},
    "fa": {"37500": ["۳۷٬۵۰۰"], "37.5": ["۳۷٫۵"], "4700000": ["۴٫۷ میلیون"]},
}  # fmt: skip
WRITTEN = [
    (language, Decimal(number), form)
    for language, numbers in NOTATIONS.items()
    for number, forms in numbers.items()
    for form in forms
]


@pytest.mark.parametrize(("language", "number", "form"), WRITTEN)
def test_notations_of_one_number(language, number, form):
    assert number.normalize() in read(f"x {form} x", language)
    assert number.normalize() in numbers_in(f"x {form} x", language).whole


@pytest.mark.parametrize(
    ("language", "form", "other"),
    [
        ("en", "37.500", "37500"), ("en", "37,500", "37.5"), ("de", "37.500", "37.5"), ("de", "37,500", "37500"),
        ("fr", "37,500", "37500"), ("fr", "37 500", "37.5"), ("it", "37,500", "37500"), ("nl", "37,500", "37500"),
        ("pt", "37,500", "37500"), ("pl", "37,500", "37500"), ("ru", "37,500", "37500"), ("ja", "37.500", "37500"),
        ("zh", "37.500", "37500"), ("ja", "3万", "3"), ("zh", "2亿", "2"), ("de", "0.500", "500"), ("en", "0.500", "500"),
        ("de", "1.234,5", "12345"), ("en", "1,234.5", "12345"), ("ar", "٣٧٫٥", "375"), ("de", "8 000 000", "8"),
    ],
)  # fmt: skip
def test_what_no_reading_makes_another_number(language, form, other):
    assert Decimal(other).normalize() not in read(f"x {form} x", language)


def test_only_the_language_parts_two_readings_of_one_writing():
    assert {language: len(read("37.500", language)) for language in LANGUAGES} == {
        language: 1 + (language in ("ar", "es")) for language in LANGUAGES
    }
    assert {f"{n:f}" for n in numbers_in("37.500", None).every} == {"37500", "37.5"}


def test_what_spaces_part_may_be_one_number_or_more():
    (figure,) = figures_of("Auf Seite 3 500 Wörter", "de")
    assert figure.readings == {(Decimal(3500).normalize(),), (Decimal(3), Decimal(500).normalize())}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "3 to 4 million"),
        ("de", "3 bis 4 Mio."),
        ("fr", "3 à 4 millions"),
        ("ja", "300〜400万"),
        ("ru", "3–4 млн"),
    ],
)
def test_the_beginning_of_a_span_is_counted_in_what_its_end_is(language, text):
    assert Decimal(3_000_000).normalize() in read(f"x {text} x", language)
    assert Decimal(3_000_000).normalize() in numbers_in(f"x {text} x", language).whole


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [("COVID19 und h5n1", "de", []), ("約3万人", "ja", [30000]), ("و30 مدرسة", "ar", [30]), ("_7 7b", "en", [7])],
)
def test_what_begins_within_a_word_is_no_figure(text, language, numbers):
    assert [n for figure in figures_of(text, language) for n in figure.likeliest] == [
        Decimal(n).normalize() for n in numbers
    ]


def amounts(chance):
    while True:
        yield chance.choice(
            [Decimal(chance.randrange(2, 1000)), Decimal(chance.randrange(1000, 10 ** chance.randrange(4, 10))),
             Decimal(chance.randrange(101, 10**6)) / 100]
        )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_as_cldr_writes_them_are_found_and_no_others(language):
    chance = random.Random(7)
    for number, _ in zip(amounts(chance), range(60), strict=False):
        text = said(format_decimal(number, locale=language), language)
        assert number.normalize() in read(text, language), text
        found = numbers_in(text, language).whole
        assert number.normalize() in found, text
        assert (number + 10).normalize() not in found, text
        power = chance.randrange(4, 12)
        large = Decimal(chance.randrange(11, 999)).scaleb(power)
        for width in ("short",) if language in WITHOUT_LONG_FORMS else ("short", "long"):
            compact = said(
                format_compact_decimal(large, format_type=width, locale=language, fraction_digits=2), language
            )
            found = numbers_in(compact, language).whole
            assert large.normalize() in found, compact
            assert not {large * 10, large * 1000, large / 1000, large * 2} & found, compact


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_words_are_found_and_no_others(language):
    chance = random.Random(8)
    spoken = "ja" if language == "zh" else language  # the same numerals; num2words has them for Japanese
    for _ in range(60):
        number = chance.choice([chance.randrange(2, 100), chance.randrange(100, 1000), chance.randrange(1000, 10_000)])
        words = num2words(number, lang=spoken)
        if "dodicotto" in words:  # num2words misspells diciotto behind hundreds
            continue
        found = numbers_in(said(words, language), language).whole
        assert Decimal(number).normalize() in found, words
        assert not {Decimal(n).normalize() for n in (number + 1, number + 100, number * 10)} & (found - {1}), words


WORDS = {
    "ar": {"125": "مائة وخمسة وعشرون", "300": "ثلاثمئة", "11000": "أحد عشر ألفًا", "2500": "ألفان وخمسمائة", "500000": "نصف مليون", "20": "عشرين", "15": "خمس عشرة", "1500000": "مليون ونصف", "2": "مدرستين"},
    "de": {"250": "zweihundertfünfzig", "24": "zwei Dutzend", "120": "hundertzwanzig", "30": "dreissig", "1500": "fünfzehnhundert", "2500000": "zweieinhalb Millionen", "500000": "eine halbe Million", "67": "zwei Drittel", "12": "zwölfköpfig", "3": "im dritten Jahr", "50": "die Hälfte"},
    "es": {"1500": "mil quinientos", "230": "doscientas treinta", "21": "veintiuna", "2500000": "dos millones y medio", "3000000000": "tres mil millones", "33": "un tercio", "6": "media docena", "50": "la mitad"},
    "fr": {"90": "quatre-vingt-dix", "200": "deux cents", "3500": "trois mille cinq cents", "24": "deux douzaines", "2500000": "2 millions et demi", "70": "septante", "75": "trois quarts", "21": "vingt et une", "50": "la moitié"},
    "it": {"2500": "duemilacinquecento", "180": "centottanta", "21": "ventun anni", "2500000": "due milioni e mezzo", "12": "una dozzina", "33": "un terzo"},
    "ja": {"35": "三割五分", "67": "三分の二", "3500": "三千五百", "50": "半数", "2026": "二〇二六", "15": "午後3時"},
    "nl": {"1500": "vijftienhonderd", "22": "tweeëntwintig", "500000": "een half miljoen", "1500000": "anderhalf miljoen", "2": "tweede"},
    "pl": {"12": "dwunastu posłów", "250": "dwustu pięćdziesięciu", "1500000": "półtora miliona", "67": "dwie trzecie", "1200": "tysiąc dwieście", "10": "dziesięcioletni"},
    "pt": {"2500": "dois mil e quinhentos", "220": "duzentas e vinte", "16": "dezesseis", "6": "meia dúzia", "2500000": "dois milhões e meio"},
    "ru": {"250": "двухсот пятидесяти", "21000": "двадцать одна тысяча", "1500000": "полтора миллиона", "2000000": "двумя миллионами", "2500000": "два с половиной миллиона", "10": "десятилетний", "2": "второго"},
    "zh": {"67": "三分之二", "20000": "两万", "50": "一半", "30": "三成"},
    "en": {"2500000": "two and a half million", "500000": "half a million", "3500": "three thousand, five hundred", "16": "4 p.m."},
    "sv": {"250": "tvåhundrafemtio"}, "fa": {"250": "دویست و پنجاه"}, "tr": {"250": "ikiyüzelli"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [(code, number, words) for code, each in WORDS.items() for number, words in each.items()],
)
def test_words_in_other_cases_for_lots_and_for_parts(language, number, words):
    assert Decimal(number).normalize() in numbers_in(words, language).whole


def test_a_language_without_number_words_gives_none_and_says_so():
    assert {code for code in (*LANGUAGES, "hi", "th", "sv", None, "xx") if not words_are_known(code)} == {
        "hi",
        "th",
        "sv",
        None,
        "xx",
    }
    assert numbers_in_words("बारह स्कूल", "hi").numbers == frozenset()


def test_no_text_breaks_the_reading():
    chance = random.Random(9)
    parts = [
        "3",
        "٣",
        "万",
        "億",
        "千",
        "zwei",
        "hundert",
        ".",
        ",",
        "’",
        " ",
        "\u202f",
        "Mio.",
        "½",
        "et demi",
        "分の",
        "割",
        "p.m.",
        "م",
        "12345678901234567890" * 30,
        "\0",
        "𝟛",
        "²",
        "-",
        "و",
    ]
    for _ in range(60):
        text = "".join(chance.choices(parts, k=chance.randrange(1, 12)))
        for language in (*LANGUAGES, None, "hi", "xx"):
            figures_of(text, language)
            numbers_in(text, language)
