"""Pages in the language of their thread: what they say themselves, dates and figures, and the marks on what is in another
language."""

import re
from gettext import NullTranslations
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as lxml_html

from pipeline.publish import page_language as page_languages
from pipeline.publish import render
from pipeline.publish.catalogue import LANGUAGES, translations_of
from pipeline.publish.diff import difference
from pipeline.publish.formats import item_markdown, version_markdown
from pipeline.publish.marking import attributes, isolated, with_translations
from pipeline.publish.page_language import page_language
from pipeline.records.dates import in_words
from tests.hostile import hostile_site
from tests.publish.pages_in_languages import item_of, site_in_languages, version_of
from tests.publish.test_records import TENSION, Tree, full, say, site_of, text_of

DIRECTIONS = {language: "rtl" if language == "ar" else "ltr" for language in LANGUAGES}
HOSTILE = ["</p><b>7", '"><i lang=xx dir=rtl>8', "%(num)s %s {{ 9 }}", "\u202e10", "12 שלום", '"11" [13]']


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return site_in_languages(tmp_path_factory.mktemp("languages") / "site", "fr")


def tree_of(file: Path) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(file.read_bytes())


@pytest.mark.parametrize(
    ("place", "language"),
    [
        *((f"threads/{thread}/{page}index.html", thread) for thread in ("de", "ja", "ar") for page in ("", "v1/", "history/")),
        *((f"items/{item}/index.html", item[:2]) for item in ("de1", "de3", "ja2", "ar1", "ar2")),
        *((f"{page}index.html", "fr") for page in ("", "topics/", "topics/tidal-gate/", "today/", "search/", "about/")),
    ],
)  # fmt: skip
def test_a_page_is_in_the_language_of_what_it_shows(site, place, language):
    root = tree_of(site / place)
    assert (root.get("lang"), root.get("dir")) == (language, DIRECTIONS[language])
    known = translations_of(language)
    assert known.gettext("Search") in [a.text for a in root.cssselect("body > header a")]


def test_feeds_say_their_language_and_that_of_entries_in_another(site):
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for place, language in (("feed.xml", "fr"), ("threads/ar/feed.xml", "ar")):
        feed = etree.parse(site / place).getroot()
        assert feed.get(xml_lang) == language
        entries = {entry.get(xml_lang) for entry in feed.findall("{*}entry")}
        assert entries == ({"de", "ja", "ar"} if place == "feed.xml" else {None})


@pytest.mark.parametrize("thread", ["de", "ja", "ar"])
def test_text_in_another_language_is_marked_and_text_in_the_pages_own_is_not(site, thread):
    root = tree_of(site / f"threads/{thread}/index.html")
    marked = [element for element in root.iter() if element is not root and element.get("lang")]
    assert marked
    for element in marked:
        around = next((e.get("lang") for e in element.iterancestors() if e.get("lang")), None)
        assert element.get("lang") != around
        assert element.get("dir") == DIRECTIONS[element.get("lang")]
    for source in version_of(thread).sources:
        card = root.get_element_by_id(f"source-{source.number}")
        of_source = [*card.cssselect("blockquote p"), *card.cssselect("p > a:not(.close)")]
        own = source.language == thread
        assert len(of_source) == 2
        assert {element.get("lang") for element in of_source} == {None if own else source.language}


def test_lists_mark_titles_by_their_languages(site):
    links = {a.get("href"): (a.get("lang"), a.get("dir")) for a in tree_of(site / "index.html").cssselect(".threads a")}
    assert links == {f"threads/{thread}/index.html": (thread, DIRECTIONS[thread]) for thread in ("de", "ja", "ar")}
    topic = tree_of(site / "topics/tidal-gate/index.html")
    languages = {a.get("href").split("/")[-2]: a.get("lang") for a in topic.cssselect("li a")}
    assert languages["ar"] == "ar"
    assert languages["de1"] == languages["ja1"] == "en"
    assert languages["ar3"] == "de"
    day = tree_of(site / "today/index.html")
    assert [p.get("lang") for p in day.cssselect(".development > p:nth-of-type(2)")] == ["de", "ja", "ar"]


def test_names_that_run_the_other_way_stand_apart(site):
    assert "<bdi>Harbour Trust</bdi>" in (site / "threads/ar/index.html").read_text()
    assert "<bdi>" not in (site / "threads/de/index.html").read_text()


def test_a_translation_stands_below_the_words_and_is_no_quotation(site):
    root = tree_of(site / "threads/de/index.html")
    cards = [root.get_element_by_id(f"source-{n}") for n in (1, 2, 3)]
    shown = [[text_of(p) for p in card.cssselect("p.translation")] for card in cards]
    assert shown == [
        ["Maschinelle Übersetzung: Das Tor kostet 40 Millionen Pfund."],
        [],
        ["Maschinelle Übersetzung: Die Anwohner halten das Tor für zu teuer."],
    ]
    for card in (cards[0], cards[2]):
        [quotation], [translation] = card.cssselect("blockquote p"), card.cssselect("p.translation")
        assert translation.getparent() is card
        assert translation.getprevious().tag == "blockquote"
        groups = {quotation.get("id").rpartition("-")[2], *quotation.get("class", "").split()}
        assert groups <= set(translation.get("class").split())
        assert card.cssselect("blockquote:empty") == []
    told = version_markdown(version_of("de"))
    assert (
        "\n  > The gate costs £40 million.\n\n  Maschinelle Übersetzung: Das Tor kostet 40 Millionen Pfund.\n" in told
    )
    assert "billigte" not in told
    assert "Machine" not in version_markdown(full())


def test_on_a_page_in_a_third_language_a_translation_says_which_it_is_in(site):
    today = tree_of(site / "today/index.html")
    spans = [span.get("lang") for span in today.cssselect("p.translation span")]
    assert spans == ["de", "de", "ja", "ar", "ar"]
    assert text_of(today.cssselect("p.translation")[0]).startswith("Traduction automatique : Das Tor")


@pytest.mark.parametrize(
    ("text", "cited", "shown"),
    [
        ('Er sagt "so be it" [so sei es].', ["en"],
         'Er sagt "<span lang="en" dir="ltr">so be it</span>" <span class="translation" title="T">[so sei es]</span>.'),
        ("Er sagt „so be it“[so sei es].", ["en", "de"],
         'Er sagt „<span lang="en" dir="ltr">so be it</span>“<span class="translation" title="T">[so sei es]</span>.'),
        ("Er sagt «حسنا» [gut] und «ok» [gut].", ["ar"],
         'Er sagt «<span lang="ar" dir="rtl">حسنا</span>» <span class="translation" title="T">[gut]</span>'
         ' und «<span lang="ar" dir="rtl">ok</span>» <span class="translation" title="T">[gut]</span>.'),
        ('Er sagt "so be it" [so sei es].', ["en", "fr"],
         'Er sagt "so be it" <span class="translation" title="T">[so sei es]</span>.'),
        ('Er sagt "so sei [es]" [sic].', ["de", "de-AT"], None),
        ('Er sagt "so be it" [so sei es].', [], None),
        ('Er sagt "so be it" und [so sei es].', ["en"], None),
        ('Er sagt "so be it" [...].', ["en"], None),
        ('"<b>" [<i>]', ["en"],
         '"<span lang="en" dir="ltr">&lt;b&gt;</span>" <span class="translation" title="T">[&lt;i&gt;]</span>'),
    ],
)  # fmt: skip
def test_a_bracket_behind_a_quotation_in_another_language_is_its_translation(text, cited, shown):
    marked = str(with_translations(text, cited, page_language("de"))).replace("maschinelle Übersetzung", "T")
    assert marked.replace("&#34;", '"') == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("language", "text", "within", "marks"),
    [
        ("de", "x", "de-AT", ""),
        ("de", "x", "en", ' lang="de" dir="ltr"'),
        ("ar", "x", "en", ' lang="ar" dir="rtl"'),
        (None, "plain", "en", ""),
        (None, "كلمات", "en", ' dir="auto"'),
        (None, "\u202eplain", "en", ' dir="auto"'),
        (None, "plain", "ar", ' dir="auto"'),
        (None, "كلمات 12", "ar", ""),
    ],
)
def test_marks_are_those_that_are_needed(language, text, within, marks):
    assert attributes(language, page_language(within), text) == marks
    if language is None:
        assert ("<bdi>" in isolated(text, page_language(within))) is bool(marks)


DATES = ("2016", "2016-H2", "2016-Q3", "2016-03", "2016-11-10")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", tuple(map(in_words, DATES))),
        ("en-GB", tuple(map(in_words, DATES))),
        ("de", ("2016", "zweites Halbjahr 2016", "3. Quartal 2016", "März 2016", "10. November 2016")),
        ("fr", ("2016", "second semestre 2016", "3e trimestre 2016", "mars 2016", "10 novembre 2016")),
        ("pl", ("2016", "drugie półrocze 2016", "III kwartał 2016", "marzec 2016", "10 listopada 2016")),
        ("ja", ("2016年", "2016年下半期", "2016年第3四半期", "2016年3月", "2016年11月10日")),
        ("ar", ("2016", "النصف الثاني من 2016", "الربع الثالث 2016", "مارس 2016", "10 نوفمبر 2016")),
        ("sv", ("2016", "second half of 2016", "3:e kvartalet 2016", "mars 2016", "10 november 2016")),
    ],
)
def test_dates_are_written_as_the_language_writes_them_as_precise_as_they_are_known(language, written):
    assert tuple(page_language(language).date(date) for date in DATES) == written


def test_times_and_figures_are_written_as_the_language_writes_them():
    english, german = page_language("en"), page_language("de")
    moment = "2026-03-02T08:05:00+00:00"
    assert (english.moment(moment), english.since(moment)) == ("2026-03-02 08:05 UTC", "2026-03-02")
    assert (german.moment(moment), german.since(moment)) == ("2. März 2026, 08:05 UTC", "2. März 2026")
    assert english.posted("2026-03-02T08:05:00Z") == "2 March 2026, 08:05 UTC"
    assert german.posted("2026-03") == "März 2026"
    assert [each.number(12345) for each in (english, german)] == ["12345", "12.345"]
    assert [each.grouped(12345) for each in (english, german)] == ["12,345", "12.345"]
    assert [each.number(0.0125) for each in (english, german)] == ["0.0125", "0,0125"]


@pytest.mark.parametrize(("language", "written"), [
    ("en", "5.7 billion|1.375 billion|-2.5 million|43 million|1,234,567|999,999|12,500"),
    ("de", "5,7 Milliarden|1,375 Milliarden|-2,5 Millionen|43 Millionen|1.234.567|999.999|12.500"),
    ("ja", "57億|13.75億|-250万|4300万|1,234,567|999,999|12,500"),
    ("ar", "5.7 مليار|1.375 مليار|-2.5 مليون|43 مليون|1,234,567|999,999|12,500"),
])  # fmt: skip
def test_a_round_sum_has_the_word_for_its_size_and_any_other_all_its_digits(language, written):
    sums = (5.7e9, 1.375e9, -2.5e6, 43e6, 1_234_567.0, 999_999.0, 12_500.0)
    signs = {0x200E: None, 0x200F: None}  # marks of direction
    assert "|".join(page_language(language).figure(each) for each in sums).translate(signs) == written


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "1 text was|2 texts were"),
        ("pl", "1 tekst:|2 teksty:|5 tekstów:|22 teksty:"),
        ("ja", "資料 1 件|資料 2 件"),
        ("ar", "نص واحد:|نصين:|3 نصوص:|11 نصًا:|100 نص:|103 نصوص:"),
    ],
)
def test_counts_take_the_form_that_the_language_has_for_the_number(tmp_path, language, forms):
    for shown in forms.split("|"):
        number = int(next(iter(re.findall(r"\d+", shown)), 2 if shown == "نصين:" else 1))
        version = full().model_copy(update={"language": language})
        version = version.model_copy(update={"items": version.items.model_copy(update={"total": number})})
        told = version_markdown(version)
        assert shown in told


def test_sentences_that_could_not_be_checked_are_counted_where_there_are_any(site):
    assert "2 Sätze stützen sich auf Worte in einer Sprache" in text_of(tree_of(site / "threads/de/index.html"))
    assert "Nicht geprüft: 2 Sätze" in version_markdown(version_of("de"))
    assert "Not checked" not in version_markdown(full())


def test_words_without_spaces_are_compared_by_their_characters():
    before = full(in_brief=(say("町議会は水曜日に計画を承認した。"),))
    after = full(2, in_brief=(say("町議会は木曜日に計画を承認した。"),))
    [section] = difference(before, after).sections
    [change] = section.parts[0].sentences
    assert change.kind == "reworded"
    assert [(run.kind, run.text) for run in change.words if run.kind != "kept"] == [("removed", "水"), ("added", "木")]


def test_what_changed_is_told_in_the_language_of_the_later_version(tmp_path):
    answered = TENSION.model_copy(update={"state": "answered", "changed_in": 2, "relation": ()})
    german = full(2, in_brief=(say("Es ist beendet."),), tensions=(answered,)).model_copy(update={"language": "de"})
    tree = Tree(site_of(tmp_path, full(), german) / "threads/t/v2/changes/index.html")
    assert tree.root.get("lang") == "de"
    assert tree.texts("h2")[0] == "Kurz gefasst"
    assert tree.texts("h3 .state") == ["offen → beantwortet"]
    assert {del_.get("lang") for del_ in tree.root.cssselect("del")} == {"en"}
    assert {ins.get("lang") for ins in tree.root.cssselect("ins")} == {None}


class _Marked(NullTranslations):
    """Words that can be told from all that is not theirs."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"⟦{plural}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return f"⟦{plural}⟧"


@pytest.fixture
def marked_words(monkeypatch):
    caches = (page_languages.page_language, render._environment)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr(page_languages, "translations_of", lambda _: _Marked())
    yield
    for cache in caches:
        cache.cache_clear()


def letters_outside_marks(text: str) -> set[str]:
    while "⟦" in text and text != (text := re.sub("⟦[^⟦⟧]*⟧", "", text)):
        pass
    return set(re.findall(r"[A-Za-z]{2,}", text))


def test_templates_have_no_word_that_is_not_the_catalogues(marked_words, tmp_path):
    """All text from outside is digits here: whatever has letters is a page's own, and must come from the catalogue."""
    hostile_site(tmp_path / "site", [str(n) for n in range(12)], "ja")
    data = {"UTC", "Markdown", "JSON", "index", "md", "json", "ok", "example", "http"}
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 10
    for file in pages:
        root = tree_of(file)
        said = [*root.xpath("//body//text()"), *root.xpath("//title/text()"), *root.xpath("//@aria-label | //@title")]
        said += root.xpath("//meta[@name='description']/@content")
        assert letters_outside_marks("\n".join(said)) - data == set(), file
    for file in (tmp_path / "site").rglob("*.md"):
        assert letters_outside_marks(file.read_text()) - data == set(), file


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_version_is_whole_in_every_language(tmp_path, language):
    hostile_site(tmp_path / "site", HOSTILE, language)
    words = translations_of(language)
    english = ("Every sentence cites the words it rests on", "Skip to the page", "Who is who", "not heard from")
    page = None
    for file in sorted((tmp_path / "site").rglob("*.html")):
        root = tree_of(file)
        assert (root.get("lang"), root.get("dir")) == (language, DIRECTIONS[language])
        assert root.xpath("//b[starts-with(text(), '7')] | //i[@lang='xx']") == []
        assert len(root.xpath("//h1")) == 1
        text = text_of(root)
        assert [said for said in english if said in text] == [] or language == "en"
        page = text if file.parent.name == "t0" else page
    assert page
    assert words.gettext("Perspectives") in page
    assert "%(num)s %s {{ 9 }}" in page


def test_an_items_markdown_is_in_the_language_of_its_statements():
    told = item_markdown(item_of("ar", 3))
    assert "## الأقوال" in told
    assert "> Die Fischer fürchten um den Fischzug." in told
