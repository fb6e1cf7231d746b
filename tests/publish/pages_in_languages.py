"""A small site with a thread in German, one in Japanese and one in Arabic, each about a tidal gate and resting on sources
in several languages: what tests of language, direction and search look at."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.publish.library import ItemView, Library, ThreadListing
from pipeline.publish.site import SiteWords, layers
from pipeline.publish.write import SitePlan, write
from pipeline.records.claims import CastMember, Claim, Extraction, Quotation, Reference
from pipeline.records.dates import Span
from pipeline.records.days import Day, Development
from pipeline.records.items import Item
from pipeline.records.pages import (
    CitedClaim,
    Coverage,
    Event,
    Evolution,
    ItemCounts,
    MadeBy,
    Paragraph,
    Perspective,
    Sentence,
    Side,
    Tension,
    ThreadHead,
    Tokens,
    Version,
    Voice,
    Voices,
)
from pipeline.records.threads import Thread

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Source(NamedTuple):
    """A source of a thread: its cited sentences, each with its translation where the page's language is another."""

    title: str
    language: str | None
    words: Sequence[tuple[str, str]]


class Told(NamedTuple):
    """What a thread's page says: `sentences` each rest on the numbers of the passages behind them."""

    title: str
    sentences: Sequence[tuple[str, Sequence[int]]]
    voice: str
    question: str
    sources: Sequence[Source]


ENGLISH = Source("Gate at the narrows", "en", [("The gate costs £40 million.", "Das Tor kostet 40 Millionen Pfund.")])
THREADS = {
    "de": Told(
        "Das Gezeitentor von Wendelmeer",
        [
            ("Der Stadtrat hat die Pläne für das Tor gebilligt.", [1]),
            ('Die Zeitung schreibt, es koste "£40 million" [40 Millionen Pfund].', [0]),
            ("Anwohner halten es für zu teuer.", [2]),
        ],
        "Der Stadtrat",
        "Wer zahlt für das Tor?",
        [
            ENGLISH,
            Source("Rat stimmt zu", "de", [("Der Stadtrat billigte die Pläne am Mittwoch.", "")]),
            Source(
                "بوابة المد",
                "ar",
                [("يرى السكان أن البوابة باهظة الثمن.", "Die Anwohner halten das Tor für zu teuer.")],
            ),
        ],
    ),
    "ja": Told(
        "ウェンデルミアの防潮水門",
        [
            ("町議会は防潮水門の建設計画を承認した。", [1]),
            ('新聞は費用を"£40 million" [4000万ポンド]と伝える。', [0]),
            ("漁協は魚の回遊を心配している。", [1]),
        ],
        "町議会",
        "誰が水門の費用を払うのか。",
        [
            ENGLISH._replace(words=[(ENGLISH.words[0][0], "水門の費用は4000万ポンドである。")]),
            Source("議会が承認", "ja", [("町議会は水曜日に計画を承認し、漁協は回遊への影響を懸念した。", "")]),
        ],
    ),
    "ar": Told(
        "بوابة المد والجزر في وندلمير",
        [
            ("وافق مجلس المدينة على خطط بناء البوابة يوم الأربعاء.", [1]),
            ('وتقول الصحيفة إن كلفتها "£40 million" [40 مليون جنيه].', [0]),
            ("ويخشى الصيادون على هجرة الأسماك، وفق Harbour Trust.", [2]),
        ],
        "مجلس المدينة",
        "من يدفع ثمن البوابة؟",
        [
            ENGLISH._replace(words=[(ENGLISH.words[0][0], "تبلغ كلفة البوابة 40 مليون جنيه.")]),
            Source("المجلس يوافق", "ar", [("وافق المجلس على الخطط يوم الأربعاء.", "")]),
            Source(
                "Fischer in Sorge", "de", [("Die Fischer fürchten um den Fischzug.", "يخشى الصيادون على هجرة الأسماك.")]
            ),
        ],
    ),
}


def version_of(language: str, number: int = 1) -> Version:
    """A version of the thread in this language."""
    told = THREADS[language]
    passages = [(n, words, source) for n, source in enumerate(told.sources, 1) for words in source.words]
    said = tuple(
        Sentence(id=f"s{n}", text=text, claims=tuple(f"c{language}{at}" for at in cited), reading=n == 2)
        for n, (text, cited) in enumerate(told.sentences)
    )
    claims = {
        f"c{language}{at}": CitedClaim(
            item=f"{language}{n}",
            source=n,
            snapshot="x",
            statement=words,
            speaker=told.voice if n == 2 else None,
            kind="fact",
            occurred=Span(),
            quotations=(Quotation(start=at * 1000, end=at * 1000 + len(words), text=words),),
            translation=translation,
        )
        for at, (n, (words, translation), _) in enumerate(passages)
    }
    dates = ("2016", "2016-Q3", "2017-H1", "2018-05", "2026-02-11")
    counts = dict.fromkeys(("calls", "checks", "supported", "repaired", "struck", "unjudged", "unknown_ids"), 3)
    return Version(
        thread=ThreadHead(slug=language, title=told.title, state="live"),
        language=language,
        version=number,
        made_at=NOW,
        previous=number - 1 or None,
        items=ItemCounts(total=1234, feeds=2, search=1, pages=1, read=4, cited=3),
        voices=Voices(independent=(told.voice, "Harbour Trust")),
        in_brief=said[:2],
        whats_new=said[1:],
        cast=(Voice(id="v", name=told.voice, also=("Harbour Trust",), same_because=said[0].claims),),
        narrative=(Paragraph(id="p1", theme=told.title, sentences=said),),
        timeline=tuple(Event(id=f"e{n}", date=date, sentences=said[:1]) for n, date in enumerate(dates)),
        perspectives=(
            Perspective(id="w", voice=told.voice, venue="", position=said, evolution=Evolution(word="new", since=1)),
        ),
        also_heard=(),
        tensions=(
            Tension(
                id="t",
                state="open",
                opened_in=1,
                sentences=(said[0].model_copy(update={"text": told.question, "id": "q"}),),
                sides=(Side(answer=told.voice, voice=told.voice, sentences=said[:1]),),
                missing=said[2:],
            ),
        ),
        missing_voices=("Harbour Trust",),
        sources=tuple(
            Reference(
                number=n,
                item=f"{language}{n}",
                title=source.title,
                venue="Tidings",
                author=None,
                date="2026-02",
                url="http://a.example/",
                language=source.language,
                extent="full text",
            )
            for n, source in enumerate(told.sources, 1)
        ),
        claims=claims,
        coverage=(Coverage(item=f"{language}1", title="x", venue="y", used=False, reason="not read: robots.txt"),),
        made_by=MadeBy(
            program="p",
            model="m",
            prompts={"page": "abc"},
            tokens=Tokens(prompt=12345, completion=678),
            price=0.0123,
            estimated=True,
            kept=0,
            found={"figure not in source": 2},
            not_checked=2,
            inputs=(),
            **counts,
        ),
    )


def item_of(language: str, number: int) -> ItemView:
    """A source of the thread in this language; what is said of it is in the thread's language."""
    source = THREADS[language].sources[number - 1]
    words, translation = source.words[0]
    quoted = Quotation(start=0, end=len(words), text=words)
    item = Item(
        id=f"{language}{number}",
        url="http://a.example/",
        via="page",
        title=source.title,
        venue="Tidings",
        state="read",
        published="2026-02",
        date_from="byline",
        extent="full text",
        first_seen_at=NOW,
    )
    claim = Claim(
        id="c1",
        item=item.id,
        snapshot="x",
        statement=translation or words,
        kind="fact",
        speaker=None,
        occurred=Span(start="2016-H2", end="2017"),
        quotations=(quoted,),
    )
    extraction = Extraction(
        id="e",
        snapshot="x",
        keys=(),
        summary=translation or words,
        genre="news report",
        author=None,
        topics=("tidal gate",),
        key_quotations=(),
        heard_only_through_others=(),
        works_described=(),
        cast=(CastMember(name="Harbour Trust", part="quoted"),),
        language=language,
    )
    thread = Thread(slug=language, title=THREADS[language].title, language=language, created_at=NOW)
    return ItemView(item, extraction, (claim,), (thread,), (), None, language=source.language)


def library() -> Library:
    """The threads, their sources and a day."""
    versions = {language: version_of(language) for language in THREADS}
    items = {f"{lang}{n}": (lang, n) for lang, told in THREADS.items() for n in range(1, len(told.sources) + 1)}
    day = Day(
        date="2026-03-02",
        written=True,
        developments=tuple(
            Development(thread=slug, version=1, first=True, sentences=version.whats_new, opened=("t",))
            for slug, version in versions.items()
        ),
    )
    return Library(
        threads=tuple(
            ThreadListing(Thread(slug=s, title=v.thread.title, created_at=NOW), 1) for s, v in versions.items()
        ),
        days=(day,),
        items=dict.fromkeys(items, "1"),
        topics=dict.fromkeys(items, ("tidal gate",)),
        version=lambda slug, _: versions[slug],
        item=lambda item: item_of(*items[item]),
    )


def site_in_languages(folder: Path, language: str = "en") -> Path:
    """Writes the site, whose own language is this."""
    about = dict.fromkeys(("model", "program", "contact"), "x") | {"checks": ("uncited",), "searches": ()}
    about |= dict.fromkeys(("every_hours", "feeds", "quiet_days", "close_days"), 3) | {"automatic": False}
    write(lambda _: SitePlan(layers(library(), SiteWords("Tidings", "", about, language))), folder)
    return folder
