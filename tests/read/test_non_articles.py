"""What stands in an article's place is none, in any language; no article is refused for a word or for being short."""

import time

import pytest
from lxml import html as lxml_html

from pipeline.errors import Unreadable
from pipeline.read.page_text import read_page
from pipeline.read.stated.json_ld import things_of
from pipeline.read.stated.not_articles import is_front_page, signs_of
from pipeline.records.items import Response
from tests.read.test_reading import NOW


def read(page, url="https://lantern.example/n/1", final=None):
    fetched = Response(url=url, final_url=final or url, fetched_at=NOW, media_type="text/html", body=page.encode())
    return read_page(fetched, "2026-11-26")


def bare(lang, title, *paragraphs, more=""):
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    return f"<html lang={lang}>{head}<body><main><h1>{title}</h1>{body}{more}</main></body></html>"


def article(lang, title, *paragraphs, head=""):
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<html lang={lang}><head><meta charset=utf-8><title>{title}</title>{head}</head><body><nav><a href=/>A</a></nav>"
        f"<article><h1>{title}</h1>{body}</article><footer>The Lantern</footer></body></html>"
    )


LOGIN_FORM = "<form><input name=u><input type=password name=p><button>OK</button></form>"
INSTEAD = [
    bare("fr", "Avant de continuer", "Nous et nos 97 partenaires stockons des données sur votre appareil.",
         "Vous pouvez accepter ou refuser ; votre choix est conservé."),
    bare("es", "Su privacidad", "Nosotros y nuestros 97 socios utilizamos cookies en su dispositivo.",
         "Su consentimiento se puede retirar."),
    bare("nl", "Voordat je verder gaat", "Wij en onze 97 partners gebruiken cookies.", "Je toestemming kun je intrekken."),
    bare("de", "Nur einen Moment", "Wir prüfen, ob Sie ein Mensch sind.", "Die Sicherheit der Verbindung wird geprüft."),
    bare("es", "Un momento…", "Comprobando que usted no es un robot.", "Active JavaScript para continuar."),
    bare("ja", "お待ちください", "あなたがロボットではないことを確認しています。", "JavaScriptとクッキーを有効にしてください。"),
    bare("fr", "Accès refusé", "Vous avez été bloqué. Ce site utilise un service de sécurité."),
    bare("fi", "404", "Hups. Jotain meni pieleen."),
    bare("de", "Seite nicht gefunden", "Die gewünschte Seite existiert nicht."),
    bare("fi", "Kirjaudu", "Tervetuloa takaisin.", more=LOGIN_FORM),
    bare("it", "Il faro", "Il guardiano ha contato gli uccelli.", "Abbonati per continuare a leggere. Sei già abbonato?"),
    bare("sv", "Fyren", "Vaktaren räknade fåglarna.", "Läs vidare med Plus. Redan prenumerant? Logga in."),
]  # fmt: skip


INSTEAD += [
    bare(
        "ja",
        "個人情報について",
        "当社と97社のパートナーは、Cookieを端末に保存し、個人データを処理します。",
        "設定は変更できます。",
    ),
    article("en", "Page not found", "Sorry, the page you were looking for is not here. Try our search."),
    article("de", "Zugriff verweigert", "Ihr Zugriff wurde blockiert. Bitte wenden Sie sich an den Betreiber."),
]


@pytest.mark.parametrize("page", INSTEAD)
def test_what_stands_in_an_articles_place_is_refused(page):
    with pytest.raises(Unreadable):
        read(page)


OPENING = (
    "The keeper counted the birds that had flown against the glass, and found that they were more than last year. "
)
NOT_FREE = '<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":"NewsArticle","isAccessibleForFree":"False"}]}</script>'
WALLED = [
    article("de", "Vögel", OPENING, "Weiterlesen mit Plus: Jetzt Abo abschließen. Bereits Abonnent? Hier anmelden."),
    article("fr", "Oiseaux", OPENING, "La suite est réservée aux abonnés. Il vous reste 80 % à lire."),
    article("en", "Birds", OPENING * 5, "Read on with a subscription.", head=NOT_FREE),
    article("fi", "Linnut", OPENING * 3, head=NOT_FREE),
]


@pytest.mark.parametrize("page", WALLED)
def test_an_opening_before_a_wall_is_no_text(page):
    assert read(page).extent == "title only"


ARTICLES = [
    article("en", "Harbour wants captchas", "The harbour wants a captcha on each form. The guild says that this shuts out the blind."),
    article("de", "Hafen will Captchas", "Der Hafen will jedes Formular mit einem Captcha schützen. Die Gilde ist dagegen."),
    article("en", "404 boat is back", "The 404 boat sails again. It had been stopped in spring for want of hands."),
    article("en", "Court on cookie banners", "Sites must let readers reject all cookies as easily as accept them, a court said. It is final."),
    article("en", "Courier drops its paywall", "The Courier can be read by all from May. Its subscriptions had brought too little."),
    article("es", "Cierran el faro", "El faro se cerró el lunes porque el cristal está roto."),
    article("ja", "灯台が閉鎖", "ガラスが割れたため、灯台は月曜日に閉鎖された。"),
    article("en", "Birds", *(f"On night {n} {OPENING}" for n in range(4)), head=NOT_FREE),  # all of it is there
    "<html><head><title>My lamp</title></head><body><h1>My lamp</h1><p>" + OPENING * 2 + "</p></body></html>",
]  # fmt: skip


ORDINARY = [
    ("en", "The port is already a member of the league, its master said."),
    ("en", "The guild offers unlimited access to the lamp for nine pounds."),
    ("en", "Pilots must register to get a berth, and most of them do."),
    ("en", "Readers no longer need to subscribe to keep reading, the editor said."),
    ("en", "The gallery is reserved for members on Mondays, which angers the choir."),
    ("de", "Die Regel gilt nur für Mitglieder des Rates, sagte die Wärterin."),
    ("de", "Er ist schon Mitglied der Gilde und will es bleiben."),
    ("fr", "Les enfants se réunissent chaque lundi pour lire des poèmes au phare."),
    ("fr", "Pour accéder au phare, il faut un permis."),
    ("es", "El guardián ya es socio del club desde hace años."),
    ("it", "Il faro è già registrato nel catasto."),
    ("ko", "구독자 수가 두 배로 늘었다고 등대지기가 말했다."),
    ("tr", "Geçen yıl derneğe dört yüz kişi abone oldu."),
    ("hu", "A lapnak négyszáz előfizetője van, mondta a szerkesztő."),
    ("sv", "Allt fler prenumererar på hamnens brev, säger hon."),
]
ARTICLES += [article(language, "The lamp", OPENING, text) for language, text in ORDINARY]
ARTICLES += [
    article("en", "Access denied, a memoir", "It tells how the port denied her access to its files. It is read aloud on Friday."),
    article("de", "Zugriff verweigert: Klage", "Die Gilde klagt, weil ihr der Zugriff verweigert wurde. Das Gericht tagt im Mai."),
    article("es", "Acceso denegado al faro", "El acceso al faro fue denegado a los niños. La alcaldesa calla."),
    article("ru", "Доступ запрещён", "Доступ к маяку запрещён с понедельника, сообщил смотритель. Рыбаки удивлены."),
    article("en", "Just a moment", "Her novel Just a Moment won the prize of the port. She reads from it on Friday."),
    article("en", "Nine in ten use cookies", "Nine in ten sites of ports use cookies. Only two ask before they do."),
    article("en", "Error 404", "The band Error 404 plays at the lamp on Friday. Forty tickets are left."),
]  # fmt: skip


@pytest.mark.parametrize("page", ARTICLES)
def test_an_article_is_read_whatever_its_words_and_however_short(page):
    assert read(page).extent == "full text"


FRONT = (
    "<html><head><title>The Lantern</title></head><body>"
    + "".join(f"<article><h2><a href=/{n}>Headline {n}</a></h2><p>{OPENING}</p></article>" for n in range(14))
    + "</body></html>"
)
ROOT = "https://lantern.example/"


@pytest.mark.parametrize(
    ("asked", "final", "page", "is_front"),
    [
        (f"{ROOT}a", ROOT, FRONT, True),
        (f"{ROOT}a", f"{ROOT}de/", FRONT, True),
        (f"{ROOT}a", f"{ROOT}index.html", ARTICLES[0], True),
        (f"{ROOT}a", f"{ROOT}a", FRONT.replace("<head>", f"<head><link rel=canonical href='{ROOT}'>"), True),
        (ROOT, ROOT, FRONT, False),
        (f"{ROOT}a", f"{ROOT}b", FRONT, False),
        ("https://short.example/x", "https://keeper.example/", ARTICLES[0], False),
        ("https://short.example/x", "https://keeper.example/", FRONT, True),
        ("https://[x", "https://[y", FRONT, False),
    ],
)
def test_a_front_page_in_place_of_the_page_asked_for(asked, final, page, is_front):
    assert is_front_page(asked, final, lxml_html.document_fromstring(page)) is is_front


def test_a_front_page_is_set_aside_by_its_reason():
    with pytest.raises(Unreadable) as failed:
        read(FRONT, f"{ROOT}a", ROOT)
    assert failed.value.reason == "front page"


@pytest.mark.parametrize(
    "text",
    ["{", "[" * 5000, '{"@type": ' * 3000, '"\\ud800"', '{"@id":"#a","author":{"@id":"#a"}}', "1e999999", "9" * 9999],
)
def test_odd_json_ld_costs_nothing(text):
    page = article("en", "Birds", OPENING * 3, head=f'<script type="application/ld+json">{text}</script>')
    assert read(page).title == "Birds"


@pytest.mark.parametrize(
    "piece", ["<div class=date>", "<time>", "<aside>1", "<li><h3>", "By a and ", "1.1.", "- | ", '{"@type":[', "a "]
)
def test_what_is_said_a_hundred_thousand_times_takes_no_longer_than_it_is_long(piece):
    page = f"<html><head><title>{piece * 5000}</title></head><body><h1>Birds</h1><div class=byline>{piece * 20_000}</div></body></html>"
    tree = lxml_html.document_fromstring(page)
    from pipeline.read.stated.bylines import authors_of
    from pipeline.read.stated.dates import stated_date
    from pipeline.read.stated.titles import page_title

    began = time.process_time()
    things = things_of(tree)
    signs_of(tree, things)
    called = page_title(tree, things, ROOT)
    stated_date(tree, things, ROOT, "2026-11-26", "en", called.heading)
    authors_of(tree, things, ROOT, called.venue, called.heading)
    assert time.process_time() - began < 20
