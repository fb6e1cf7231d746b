"""A text's language is told by the text; what the page states fills in where there is too little of it."""

import pytest
from lxml import html as lxml_html

from pipeline.text.detect import language_of, stated_language

TEXTS = {
    "de": "Der Leuchtturmwärter zählte in der Nacht die Vögel, die gegen das Glas geflogen waren, und schrieb sie auf. ",
    "fr": "Le gardien du phare a compté pendant la nuit les oiseaux qui avaient heurté la vitre, et les a notés. ",
    "es": "El guardián del faro contó durante la noche los pájaros que habían chocado contra el cristal. ",
    "it": "Il guardiano del faro contò durante la notte gli uccelli che avevano urtato il vetro, e li annotò. ",
    "pl": "Latarnik liczył w nocy ptaki, które uderzyły w szybę, i zapisywał je w zeszycie do rana. ",
    "fi": "Majakanvartija laski yön aikana linnut, jotka olivat törmänneet lasiin, ja kirjoitti ne muistiin. ",
    "ru": "Смотритель маяка считал ночью птиц, которые ударились о стекло, и записывал их в тетрадь. ",
    "ja": "灯台守は夜のあいだにガラスにぶつかった鳥を数えて、朝までノートに書きとめた。",
    "en": "The keeper of the lighthouse counted the birds that had flown against the glass in the night. ",
}


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("stated", [None, "en-US", "de"])
def test_the_text_tells_its_language_whatever_the_page_states(code, stated):
    assert language_of(TEXTS[code] * 3, stated) == code


def test_a_short_text_has_the_language_that_its_page_states():
    assert language_of("Lamp 3", "sv-SE") == "sv"
    assert language_of("", "iw") == "he"
    assert language_of("", None) == "en"
    assert language_of("\x00\ud800", "zz top") == "zz"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html lang='pt-BR'><p>x</html>", "pt"),
        ("<html xml:lang=cs><p>x</html>", "cs"),
        ("<html><head><meta property=og:locale content=de_DE></head><p>x</html>", "de"),
        ("<html><head><meta http-equiv=Content-Language content='nl, en'></head><p>x</html>", "nl"),
        ("<html lang='{{ lang }}'><p>x</html>", None),
    ],
)
def test_what_a_page_states(page, code):
    assert stated_language(lxml_html.document_fromstring(page)) == code
