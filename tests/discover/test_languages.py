"""An item in another language finds its thread: what texts share across languages and scripts, and what is asked about
where they share nothing."""

import re
from datetime import UTC, datetime
from itertools import combinations

import pytest

from pipeline.discover import similarity, stage
from pipeline.discover.question import ThreadSummary, slug_for
from pipeline.discover.similarity import Neighbours, ThreadProfile, groups, similar
from pipeline.discover.terms import FIGURE, SOUND, marks_of, shown, word_weights
from pipeline.records.arrivals import Arrival
from tests import world


def figures(text, language="en"):
    return {mark for mark in marks_of(text, language) if mark.startswith(FIGURE)}


@pytest.mark.parametrize(
    "written",
    [
        [
            "37,500 people",
            "37.500 Menschen",
            "37 500 personnes",
            "37\u202f500 personnes",
            "37’500 Leute",
            "٣٧٬٥٠٠ شخص",
            "३७,५०० लोग",
        ],
        ["1.9 million pounds", "1,9 Millionen Pfund", "190万ポンド", "１９０万ポンド", "١٫٩ مليون جنيه", "£1,900,000"],
        ["31 centimetres", "31センチ", "٣١ سنتيمترا", "۳۱ سانتی‌متر", "31厘米", "๓๑ เซนติเมตร"],
        ["in 2023, 140 trees", "2023年に140本", "عام ٢٠٢٣ كانت ١٤٠ شجرة"],
    ],
)
def test_a_figure_is_the_same_however_a_language_writes_it(written):
    first, *others = map(figures, written)
    assert first
    assert all(each == first for each in others)


def test_figures_that_stand_side_by_side_are_not_one():
    assert figures("2023 140 31") == {"#2023", "#14", "#31"}
    assert figures("31") != figures("32")


NAMES = """Macron|マクロン|ماكرون|Макрон|마크롱|मैक्रों
Merkel|メルケル|ميركل|Меркель|메르켈|मर्केल
Zuckerberg|ザッカーバーグ|زوكربيرغ|Цукерберг|저커버그|ज़करबर्ग
Zelensky|ゼレンスキー|زيلينسكي|Зеленский|젤렌스키|ज़ेलेंस्की
Guterres|グテーレス|غوتيريش|Гутерриш|구테흐스|गुटेरेस
Microsoft|マイクロソフト|مايكروسوفت|Майкрософт|마이크로소프트|माइक्रोसॉफ्ट
Brightwick|ブライトウィック|برايتويك|Брайтвик|브라이트윅|ब्राइटविक
Marchbank|マーチバンク|مارتشبانك|Марчбэнк|마치뱅크|मार्चबैंक
Penhallick|ペンハリック|بنهاليك|Пенхаллик|펜할릭|पेनहैलिक
Harnley|ハーンリー|هارنلي|Харнли|한리|हार्नली
Dunmore|ダンモア|دنمور|Данмор|던모어|डनमोर
Pettifer|ペティファー|بيتيفر|Петтифер|페티퍼|पेटिफर
Ebberley|エバリー|إبرلي|Эбберли|에벌리|एबरली
Aldmoor|オールドムーア|ألدمور|Олдмур|올드무어|एल्डमूर
Okonta|オコンタ|أوكونتا|Оконта|오콘타|ओकोंटा
Stroud|ストラウド|سترود|Страуд|스트라우드|स्ट्राउड
Solvane|ソルヴェイン|سولفين|Солвейн|솔베인|सोल्वेन
Thatcher|サッチャー|ثاتشر|Тэтчер|대처|थैचर
Oppenheimer|オッペンハイマー|أوبنهايمر|Оппенгеймер|오펜하이머|ओपेनहाइमर"""


@pytest.mark.parametrize(("column", "language"), list(enumerate(["ja", "ar", "ru", "ko", "hi"], 1)))
def test_names_are_known_in_other_scripts_and_others_seldom_taken_for_them(column, language):
    def sounds(name, written_in):
        return {mark for mark in marks_of(f"a {name}", written_in) if mark.startswith(SOUND)}

    rows = [line.split("|") for line in NAMES.splitlines()]
    here = [sounds(row[0], "en") for row in rows]
    there = [sounds(row[column], language) for row in rows]
    known = sum(bool(one & other) for one, other in zip(here, there, strict=True))
    taken = sum(bool(here[i] & there[k]) for i in range(len(rows)) for k in range(len(rows)) if i != k)
    print(f"{language}: {known} of {len(rows)} known, {taken} of {len(rows) * (len(rows) - 1)} taken for another")
    assert known >= 0.7 * len(rows)
    assert taken <= 0.03 * len(rows) * (len(rows) - 1)


# Words, where no space divides them.


def arrival(item, title, text, links=()):
    return Arrival(
        item=item,
        came_at=datetime(2026, 3, 2, tzinfo=UTC),
        url=f"http://{item}.example/",
        title=title,
        venue="V",
        published="2026-03-02",
        opening=shown(text, 90),
        links=links,
        words=word_weights(title, text),
    )


PAIRS = {
    "ja": ("市は老朽化した水門を撤去するか修理するかの意見募集を始めた", "老朽化した水門の撤去に釣り人の会が反対する声明を出した", "新しい図書館の開館時間が夏から一時間長くなる"),
    "zh": ("市政府就拆除还是修缮旧水闸公开征求意见", "钓鱼协会发表声明反对拆除旧水闸", "新图书馆夏天起延长开放时间"),
    "th": ("เทศบาลเปิดรับฟังความเห็นเรื่องการรื้อฝายเก่า", "สมาคมนักตกปลาคัดค้านการรื้อฝายเก่า", "ห้องสมุดใหม่ขยายเวลาเปิดตั้งแต่ฤดูร้อน"),
    "ko": ("시는 낡은 수문을 철거할지 수리할지 의견을 모은다", "낚시 협회가 낡은 수문의 철거에 반대했다", "새 도서관은 여름부터 한 시간 더 문을 연다"),
    "hi": ("नगर परिषद ने पुराने बाँध को हटाने पर राय माँगी", "मछुआरा संघ पुराने बाँध को हटाने के विरोध में है", "नया पुस्तकालय गर्मियों से देर तक खुला रहेगा"),
}  # fmt: skip


@pytest.mark.parametrize("language", PAIRS)
def test_texts_on_one_matter_are_neighbours_in_scripts_without_spaces_or_capitals(language):
    one, other, apart = (arrival(f"i{number}", text, text) for number, text in enumerate(PAIRS[language]))
    neighbours = similar([one, other, apart], [], [])
    assert list(neighbours.items["i0"])[:1] == ["i1"]
    assert neighbours.items["i1"]["i0"] > 2 * neighbours.items["i2"].get("i0", 0)


@pytest.mark.parametrize("letter", ["あ", "漢", "ก", "字、"])
def test_a_text_without_spaces_is_shown_no_longer_than_one_with(letter):
    assert len(shown(letter * 50_000, 60)) <= 2 * len(letter) * 60 + 2
    assert len(word_weights("", letter * 50_000)) < 1000


def test_what_has_spaces_is_cut_by_words_and_a_short_text_is_whole():
    assert shown("one two three four", 3) == "one two three …"
    assert shown("one  two\nthree", 3) == "one two three"
    assert shown("Lumen 6.0 の新しい条件", 90) == "Lumen 6.0 の新しい条件"


# The invented world, all of it at once, without links.


@pytest.fixture(scope="module")
def mixed():
    """Every article of the mixed world by item id, and as an arrival."""
    articles, arrivals = {}, []
    for number, article in enumerate(world.everything(mixed=True)):
        item = f"i{number}"
        articles[item] = article
        text = " ".join([article["opening"], *article["paragraphs"]])
        arrivals.append(arrival(item, article["title"], text))
    return articles, arrivals


def language_of(article):
    return article.get("language", "en")


def test_names_and_figures_find_an_article_s_discussion_in_other_languages(mixed):
    articles, arrivals = mixed
    neighbours = similar(arrivals, [], [])
    foreign = [item for item, article in articles.items() if article["label"] and language_of(article) != "en"]
    found = [
        item
        for item in foreign
        if any(
            articles[other]["label"] == articles[item]["label"]
            and language_of(articles[other]) != language_of(articles[item])
            for other in neighbours.items[item]
        )
    ]
    print(f"{len(found)} of {len(foreign)} have a neighbour of their discussion in another language")
    assert len(found) >= 0.85 * len(foreign)


def test_texts_of_one_language_are_not_alike_for_its_common_words(mixed):
    articles, arrivals = mixed
    neighbours = similar(arrivals, [], [])
    alike, pairs = 0, 0
    for one, other in combinations(articles, 2):
        if language_of(articles[one]) == language_of(articles[other]) != "en" and not (
            articles[one]["label"] and articles[one]["label"] == articles[other]["label"]
        ):
            pairs += 1
            alike += other in neighbours.items[one] or one in neighbours.items[other]
    print(f"{alike} of {pairs} pairs on different matters are alike")
    assert alike <= 0.05 * pairs


# Where nothing is shared.

HABITS = "We had tea in the garden and the cat slept on the wall while rain stayed away for another afternoon."
OPINION = [
    "正直に語られるなら、川は流れるままに返すべきだと私は思う。",
    "数字が間違っていても、理由まで間違っていたわけではない。",
]


def plain(count, words=HABITS):
    """Arrivals that share a language and nothing else."""
    every = words.split()
    return [arrival(f"e{n:03}", f"{every[n % len(every)]}{n}a", f"q{n}x r{n}y {every[n % 7]}") for n in range(count)]


def thread(slug, language, text="A weir", newest="2026-03-01"):
    return ThreadProfile(slug, text, language, frozenset(), newest)


def test_in_one_language_nothing_is_asked_or_shown_that_shares_nothing():
    neighbours = similar(plain(30), [], [thread("weir", "en")])
    assert neighbours.anyway == frozenset()
    assert neighbours.beyond["e001"] == {}


def test_an_item_in_a_language_of_few_is_asked_about_though_it_shares_nothing_up_to_a_bound():
    opinion = arrival("ja", OPINION[0], OPINION[1])
    neighbours = similar([*plain(30), opinion], [], [thread("weir", "en")])
    assert not neighbours.items["ja"]
    assert not neighbours.threads["ja"]
    assert groups(neighbours, ["ja"], 40) == [("ja",)]
    # such items each of its own: a letter nobody else has
    many = [arrival(f"j{n}", chr(0x5000 + 3 * n) * 2, chr(0x5001 + 3 * n) * 30) for n in range(100)]
    neighbours = similar([*plain(400), *many], [], [])
    assert 0 < len(neighbours.anyway) <= similarity._MOST_ANYWAY


def question_of(neighbours: Neighbours, new, profiles):
    summaries = [(profile, ThreadSummary(profile.slug, profile.slug, "")) for profile in profiles]
    (question,) = stage._questions(neighbours, new, [], summaries)
    return [summary.slug for summary in question.threads]


def test_threads_in_other_languages_are_shown_likely_and_new_ones_first_up_to_a_bound():
    opinion = arrival("ja", "31センチの話", "ハロー堰について、ダンモア社の数字は31センチから13センチになった。")
    profiles = [thread(f"t{n:02}", "en", f"Matter {n} of a town", f"2026-02-{n + 1:02}") for n in range(20)]
    profiles[3] = thread("weir", "en", "The weir and the 31 that Dunmore made 13", "2025-01-01")
    neighbours = similar([*plain(30), opinion], [], profiles)
    shown_threads = question_of(neighbours._replace(items={"ja": {}}, threads={"ja": {}}), [opinion], profiles)
    assert set(shown_threads) == {"weir", *(f"t{n:02}" for n in range(13, 20))}
    assert len(shown_threads) == stage._MOST_BEYOND


# What a thread is called in an address.


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("harrow weir removal", "harrow-weir-removal"),
        ("Straßenbahn über die Brücke", "strassenbahn-uber-die-brucke"),
        ("règle sur les applis d’apnée", "regle-sur-les-applis-dapnee"),
        ("グレイン・イヤー 論争", None),
        ("أجراس كاسل ميرو", None),
        ("Реконструкция плотины", "rekonstruktsiya-plotiny"),
        ("水闸拆除之争", None),
        ("รื้อฝายเก่า", None),
    ],
)
def test_a_label_of_any_script_makes_an_address_of_plain_letters(label, slug):
    made = slug_for(label, "", ())
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert made != "discussion"
    assert made == (slug or made)
    assert slug_for(label, "", {made}) == f"{made}-2"


def test_a_label_without_letters_leaves_the_title_and_then_a_plain_word():
    assert slug_for("…", "Тихие десять", ()) == "tikhie-desyat"
    assert slug_for("…", "?", ()) == "discussion"
