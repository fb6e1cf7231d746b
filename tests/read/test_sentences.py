"""Where sentences end, in thirty languages and more: each line a class of fault."""

import time

import pytest

from pipeline.read.sentences import split

HERE = "‖"
"""Where a sentence ends and the next begins."""

CASES = {
    "de": [
        "Am 19. November zog sie in den 2. Stock. ‖ Das Haus gehört Dr. med. A. Quist.",
        "Nach § 910 Abs. 1 Satz 2 BGB darf der Nachbar, z. B. bei Überhang, selbst schneiden. ‖ Er muss vorher fragen.",
        "Der Schaden liegt bei ca. 1.450 Euro bzw. 3 Prozent. ‖ Mehr war es nie.",
        "Der 1. FC Weiden gewann in der 58. Minute. ‖ Danach stand er auf Platz 24. ‖ Trainer Ranft blieb ruhig.",
        "Das war 1990. ‖ Drei Jahre später, am 3. 10. 1993, kam Friedrich II. zur Sprache.",
        "Sie wohnt in der Lindenstr. 9, gegenüber von St. Anna usw. ‖ Niemand kennt sie.",
        "„Ist das so?“, fragte er. ‖ Im 19. Jh. hätte niemand gefragt.",
        "Das GMBl. S. 95 und Bd. II sagen es. ‖ Das BGBl. I S. 16 auch.",
        "Das Amtsblatt (ABl. EG Nr. L 303 S. 16) nennt d. h. meint das nicht. ‖ Ende.",
    ],
    "en": [
        "The vote is at 10 a.m. EST on Monday. ‖ It may end by 5 p.m. that day.",
        "J. R. Strand of Weir Co. spoke to Sen. Ada Quist. ‖ He is from the U.S. ‖ The others are not.",
        "iPads were sold out. ‖ iPhone sales fell. ‖ eBay said nothing.",
        "It rose by 3.5 percent, see No. 5, Fig. 2 and p. 12. ‖ Then it fell.",
        "The weir leaks.[3] ‖ Nobody repaired it.³ ‖ The mill closed.12 ‖ It is gone. [4] ‖ All is lost.",
        "She said it was (see fig. 3.) a lie. ‖ (It was one.) ‖ Then she left.",
        "What now? ‖ Yahoo! News did not ask. ‖ Vitamin C. ‖ It helps.",
        "Three things came up: 1. The weir. ‖ 2. The mill. ‖ 3. The road.",
        "The sun. ‖ Peter sat. ‖ Anna did not.",
        "IV. The mill is closed. ‖ It is gone.",
        "iii. Rope is new. ‖ It holds.",
        "He wrote to Smith et al. (2019), i.e. to us. ‖ We answered.",
        "It stood open (see rule 5.3). ‖ Harrow knew (and so did the mill, etc.). ‖ The train left at 15.30. ‖ Nobody saw.",
        "It was 2:25 a.m. ‖ I've seen it in Washington D.C. ‖ It's over.",
    ],
    "fr": [
        "M. Roux et Mme Petit ont écrit à l'art. 5, al. 2, de la loi. ‖ Elle date de 1990. ‖ Tout est dit.",
        "« Est-ce vrai ? » demanda-t-il. ‖ « Oui. » ‖ Le maire s'est tu.",
        "C'était en 300 av. J.-C. environ, cf. p. 12. ‖ Le Dr Blanc le sait.",
        "J.-P. Morel est venu, etc. ‖ Il est reparti.",
        "Il aime les ponts, les écluses, etc. ‖ L'an dernier, il a tout vu.",
    ],
    "it": [
        "Il sig. Neri e la dott.ssa Bianchi citano l'art. 995 del codice. ‖ Non basta.",
        "Costa 1.450 euro, ecc. ‖ Il prof. A. De Carli lo sapeva. ‖ È finita.",
    ],
    "es": [
        "El Sr. Vega y la Dra. Ruiz viven en EE. UU. desde 1990. ‖ Nadie lo sabía.",
        "¿Quién lo dijo? ‖ ¡Nadie! ‖ Véase la pág. 12 y el art. 5. ‖ Fin.",
        "El n.º 5 cuesta 1.450 euros, p. ej. en Soria. ‖ Es caro.",
    ],
    "pt": [
        "O Sr. Alves e a Dra. Melo vivem na Av. Central, n.º 5. ‖ O art. 5 diz o contrário.",
        "Veja a pág. 12. ‖ Não há.",
    ],
    "nl": [
        "Dhr. J. van Dam kwam o.a. met mr. De Wit, d.w.z. te laat. ‖ 's Avonds ging hij weg.",
        "De bijeenkomst kostte ca. 1.450 euro enz. ‖ Het was te veel.",
    ],
    "sv": ["Hon kom kl. 10 bl.a. för att tala, t.ex. om dammen. ‖ A. Berg m.fl. svarade inte. ‖ Det blev tyst."],
    "da": [
        "Den 5. maj mødte hr. Holm bl.a. 2. division, jf. stk. 3. ‖ Det var kl. 10. ‖ Han gik ca. 1.450 m. ‖ Så stoppede han."
    ],
    "nb": [
        "Den 17. mai kom bl.a. Chr. Lie til huset, dvs. for sent. ‖ Han hadde f.eks. ikke billett. ‖ Prisen var 10 kr. ‖ Ingen betalte."
    ],
    "nn": ["Ho kom kl. 10 m.a. for å sjå 2. laget. ‖ Dei tapte."],
    "fi": ["Kokous on 5. toukokuuta klo 10, ks. s. 12. ‖ Esim. prof. A. Laine tulee. ‖ Muut eivät."],
    "is": ["Fundurinn er 5. maí kl. 10, t.d. um stífluna. ‖ Hann sagði það ekki."],
    "pl": [
        "W XIX w. żył tu m.in. prof. J. Nowak, ur. w 1840 r. we Lwowie. ‖ To było np. w maju. ‖ Kosztowało 5 zł. ‖ Nikt nie zapłacił."
    ],
    "cs": ["Dne 5. května přišel Ing. J. Novák, tzv. stavitel. ‖ Stálo to např. 5 Kč. ‖ Karel IV. nepřišel."],
    "sk": ["Dňa 5. mája prišiel Ing. J. Novák, tzv. staviteľ. ‖ Bolo to napr. v 19. storočí. ‖ Nikto nič nevedel."],
    "sl": ["Dne 5. maja je prišel dr. J. Novak, npr. zaradi jezu. ‖ To je bilo v 19. stoletju. ‖ Nihče ni vedel."],
    "hr": ["Dana 5. svibnja došao je dr. J. Novak, npr. zbog brane. ‖ To je bilo u 19. stoljeću. ‖ Nitko nije znao."],
    "sr": ["Др Ј. Новак је дошао 5. маја, нпр. због бране. ‖ То је било у 19. веку. ‖ Нико није знао."],
    "hu": ["Dr. Kiss J. május 5. napján jött, pl. a gát miatt. ‖ A 19. században épült. ‖ Nem tudta senki."],
    "ro": ["Dl. Popa și dr. A. Ionescu au venit la nr. 5, str. Morii. ‖ Nu au spus nimic, etc. ‖ Apoi au plecat."],
    "ru": [
        "А. С. Иванов, т. е. мэр г. Орла, приехал в 1990 г. из Москвы. ‖ Он молчал.",
        "Это стоит 5 тыс. руб. ‖ Никто не заплатил, см. рис. 2 и т. д. ‖ Всё.",
    ],
    "uk": ["А. С. Коваль, т. зв. майстер, жив на вул. Садовій. ‖ Це було в 19 ст. ‖ Він мовчав, див. с. 12. ‖ Усе."],
    "bg": ["Д-р А. Петров живее на ул. Роза, т.е. далече. ‖ Струва 5 лв. ‖ Никой не плати."],
    "el": ["Ο κ. Α. Νίκου ήρθε στις 5 π.μ. από την οδ. Ρόδου. ‖ Ποιος το είπε; ‖ Κανείς δεν ξέρει."],
    "tr": ["Prof. Dr. A. Kaya 5. katta oturuyor, bkz. s. 12. ‖ Kimse bilmiyor. ‖ Neden?"],
    "et": ["Prof. A. Kask tuli 5. mail kell 10, s.t. liiga hilja. ‖ See oli 19. sajandil. ‖ Keegi ei teadnud."],
    "lv": ["Prof. A. Kalns ieradās 5. maijā plkst. 10, t.i. par vēlu. ‖ Tas bija 19. gadsimtā. ‖ Neviens nezināja."],
    "lt": ["Prof. A. Kalnas atvyko gegužės 5 d. ryte, t. y. per vėlai. ‖ Tai buvo seniai. ‖ Niekas nežinojo."],
    "ca": ["El Sr. Vidal i la Dra. Puig viuen al núm. 5, p. ex. a Vic. ‖ No ho sap ningú."],
    "id": ["Dr. A. Wijaya tiba di Jl. Melati No. 5, dll. ‖ Ini tidak benar. ‖ Siapa tahu?"],
    "vi": ["Ông Trần A. Minh đến lúc 10 giờ. ‖ Không ai biết. ‖ Tại sao?"],
    "hy": ["Դոկտ. Ա. Պետրոսյանը եկավ։ ‖ Նա լռեց։ ‖ Ոչ ոք չգիտեր:"],
    "ka": ["მდინარე ადიდდა. ‖ ხიდი დაინგრა. ‖ ვინ იცოდა?"],
    "ar": ["جاء د. سالم إلى القرية. ‖ من يعلم؟ ‖ لا أحد."],
    "fa": ["او به روستا آمد. ‖ چه کسی می‌داند؟ ‖ هیچ‌کس."],
    "ur": ["وہ گاؤں آیا۔ ‖ کون جانتا ہے؟ ‖ کوئی نہیں۔"],
    "he": ["הוא בא אל הכפר. ‖ מי יודע? ‖ איש לא."],
    "hi": ["डॉ. के. पी. शर्मा गाँव आए। ‖ किसने देखा? ‖ किसी ने नहीं।"],
    "bn": ["ডা. রায় গ্রামে এলেন। ‖ কে জানে? ‖ কেউ না।"],
    "am": ["ወንዙ ሞላ። ‖ ድልድዩ ፈረሰ። ‖ ማን ያውቃል?"],
    "my": ["ရေကြီးသည်။ ‖ တံတားကျိုးသည်။"],
    "km": ["ទឹកឡើង។ ‖ ស្ពានបាក់។"],
    "ko": ["강물이 불었다. ‖ 다리가 무너졌다. ‖ 누가 알았을까?"],
}

CLOSE = {
    "zh": ["河水上涨了。‖“谁知道？”‖没有人知道！‖《你好！河流》是一本书。"],
    "ja": ["川の水が増えた。‖「誰が知っているか。」と彼は言った。‖誰も知らない！‖橋は落ちた。"],
    "en": ["The weir leaks.[3]‖Nobody repaired it."],
}


def said(text: str, language: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text, language)]


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in CASES.items() for text in texts])
def test_where_sentences_end_in_each_language(language, text):
    parts = text.split(f" {HERE} ")
    assert said(" ".join(parts), language) == parts


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in CLOSE.items() for text in texts])
def test_where_sentences_end_without_a_space(language, text):
    parts = text.split(HERE)
    assert said("".join(parts), language) == parts


@pytest.mark.parametrize("language", ["th", "en"])
def test_thai_which_marks_no_end_is_cut_at_spaces_that_have_enough_on_either_side(language):
    one = "คณะกรรมการท่าเรือประชุมเมื่อวันจันทร์และรับฟังรายงานเรื่องประภาคารที่กระจกแตก"
    other = "ผู้ดูแลประภาคารกล่าวว่าเขานับนกได้สี่สิบตัวในคืนเดียวและไม่มีใครเคยนับมาก่อน"
    assert said(f"{one} {other}", language) == [one, other]
    assert len(said(f"{one} ใน ปี 2562 นั้น", language)) == 1, "a short piece is none"


def test_a_page_that_does_not_say_its_language_keeps_german_dates_whole():
    assert len(said("Der Rat tagt am 19. November. Der 3. Oktober ist frei.", "en")) == 2


def test_a_whole_line_is_one_sentence_and_a_line_is_a_border():
    text = "A heading\nOne. Two.\n| 1990. | Rain. Much of it. |\nprint(1). Done()."
    assert said(text, "en")[:3] == ["A heading", "One.", "Two."]
    whole = [text[s.start : s.end] for s in split(text, "en", frozenset({2, 3}))]
    assert whole == ["A heading", "One.", "Two.", "| 1990. | Rain. Much of it. |", "print(1). Done()."]


UNITS = [
    ".", ". ", "a. ", "A. ", "aB. ", "(a.) ", "“a.” ", '"a. ', "1. ", "...", "z. B. ", "a.b.", ".[1] ", '?" ', ". »",
    "。", "「。", "[(", "a.1 ", "XIV. ", "a.-", "*. ", ".\u00b9", "กกก ", ". 'a", "a.\n", "5. 5. ", " ", "(", "§ 1 ",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de", "hi"])
def test_no_input_takes_more_than_its_length(language):
    """Each takes a fraction of a second of an idle processor; what grows with the square would take half a minute."""
    for unit in UNITS:
        text = unit * (40_000 // len(unit))
        begun = time.process_time()
        split(text, language)
        assert time.process_time() - begun < 6, unit
    begun = time.process_time()
    split("x (" + "a .) " * 8_000, language)
    assert time.process_time() - begun < 6
