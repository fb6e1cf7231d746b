"""A site whose every field from outside is hostile: strings of the public test data, put straight into the records that
pages are made of, past everything that cleans them on the way in."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipeline.fetch.addresses import is_address
from pipeline.publish.library import ItemView, Library, ThreadListing
from pipeline.publish.site import SiteWords, layers
from pipeline.publish.write import SitePlan, write
from pipeline.records import pages as page_records
from pipeline.records.claims import CastMember, Claim, Extraction, Loss, Quotation, Reference
from pipeline.records.dates import Span
from pipeline.records.days import Day, Development, Disagreement
from pipeline.records.items import Item
from pipeline.records.pages import (
    AlsoHeard,
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
from pipeline.text import short_hash

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
_ON_A_PAGE = 40
_ON_AN_ITEM = 8


def strings(corpora: Path) -> list[str]:
    """Every hostile string that can be written in UTF-8."""
    folder = corpora / "hostile"
    found = list(json.loads((folder / "naughty_strings.json").read_text()))
    for name in ("xss_vectors", "open_redirect", "traversal"):
        lines = (folder / f"{name}.jsonl").read_text().splitlines()
        found += [json.loads(line)["payload"] for line in lines]
    found += ["W" * 3000, "\u202egnp.exe", "a\u200bb\u2066c", "\U000e0041hidden"]
    return [text for text in dict.fromkeys(found) if text.isprintable() or text.strip()]


def hostile_site(folder: Path, every: Sequence[str], language: str = "en") -> int:
    """Writes the site, with all its pages in `language`; says how many strings stand in it."""
    usable = [text for text in every if _encodes(text)]
    pages = [usable[at : at + _ON_A_PAGE] for at in range(0, len(usable), _ON_A_PAGE)]
    versions = {f"t{n}": _version(f"t{n}", page, language) for n, page in enumerate(pages)}
    cards = {card.item.id: card for n, page in enumerate(pages) for card in _cards(f"t{n}", page, language)}
    slugs = list(versions)
    days = [
        _day(n, {slug: versions[slug] for slug in slugs[at : at + 4]}) for n, at in enumerate(range(0, len(slugs), 4))
    ]
    library = Library(
        threads=tuple(
            ThreadListing(
                Thread(
                    slug=s,
                    title=v.thread.title,
                    created_at=NOW,
                    state="closed",
                    state_since=NOW,
                    state_reason=v.thread.title,
                ),
                1,
            )
            for s, v in versions.items()
        ),
        days=tuple(days),
        items={item: item for item in cards},
        topics={item: card.extraction.topics for item, card in cards.items()},
        version=lambda slug, _: versions[slug],
        item=lambda item: cards[item],
    )
    about = dict.fromkeys(("model", "program", "contact"), usable[0])
    about |= {
        "checks": usable[:20],
        "searches": usable[:20],
        "every_hours": 6,
        "feeds": 1,
        "quiet_days": 1,
        "close_days": 1,
        "automatic": True,
    }
    write(lambda _: SitePlan(layers(library, SiteWords(usable[1], "", about, language))), folder)
    return len(usable)


def _day(number: int, versions: dict[str, Version]) -> Day:
    first = next(iter(versions))
    return Day(
        date=f"2026-{1 + number // 28:02}-{1 + number % 28:02}",
        written=True,
        lead=versions[first].whats_new[:1],
        developments=tuple(
            Development(thread=slug, version=1, first=True, sentences=v.whats_new, why=v.whats_new)
            for slug, v in versions.items()
        ),
        disagreements=tuple(
            Disagreement(about=v.whats_new[0].text, one=(slug, v.whats_new[0]), other=(first, v.whats_new[-1]))
            for slug, v in versions.items()
        ),
    )


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _item(text: str) -> Item:
    return Item(
        id=short_hash(text),
        url=text if is_address(text) else "http://ok.example/",
        via="feed",
        title=text,
        venue=text,
        author=text,
        extent="full text",
        state="read",
        first_seen_at=NOW,
        published="2026-03-01",
    )


def _claim(text: str) -> Claim:
    return Claim(
        id=f"c{short_hash(text)}",
        item=short_hash(text),
        snapshot="s",
        statement=text,
        kind="fact",
        speaker=text,
        occurred=Span(start="2026", end=None),
        quotations=(Quotation(start=0, end=len(text), text=text),),
    )


def _cards(slug: str, page: Sequence[str], language: str) -> Iterator[ItemView]:
    thread = Thread(slug=slug, title=page[0], created_at=NOW)
    for at in range(0, len(page), _ON_AN_ITEM):
        texts = page[at : at + _ON_AN_ITEM]
        text = texts[0]
        extraction = Extraction(
            id="e",
            snapshot="s",
            keys=(),
            summary=text,
            genre="other",
            author=text,
            topics=(*texts[:3], page[0]),
            key_quotations=(),
            heard_only_through_others=(text,),
            works_described=(text,),
            status=text,
            cast=tuple(CastMember(name=each, also=(each, text), role=each, part="quoted") for each in texts),
            losses=tuple(_lost(each, "extract", "dropped") for each in texts),
            dropped={text: 1},
            language=language,
        )
        item = _item(text)
        claims = tuple(_claim(each) for each in texts)
        yield ItemView(item, extraction, claims, (thread,), (item,), None, claims[:2])


def _lost(text: str, stage: Literal["extract", "verify"], done: Literal["dropped", "struck"]) -> Loss:
    return Loss(stage=stage, text=text, reason=text, done=done)


def _version(slug: str, page: Sequence[str], language: str) -> Version:
    claims = {
        f"c{short_hash(text)}": CitedClaim(
            item=short_hash(text),
            source=n,
            snapshot="s",
            statement=text,
            speaker=text,
            kind="fact",
            occurred=Span(start=None, end=None),
            quotations=(Quotation(start=0, end=len(text), text=text),),
        )
        for n, text in enumerate(page, 1)
    }
    said = tuple(
        Sentence(id=f"s{n}", text=text, claims=(f"c{short_hash(text)}",), reading=bool(n % 2))
        for n, text in enumerate(page)
    )
    sources = tuple(
        Reference(
            number=n,
            item=short_hash(text),
            title=text,
            venue=text,
            author=text,
            date=None,
            url=text if is_address(text) else "http://ok.example/",
            extent="full text",
            copies=("x",),
        )
        for n, text in enumerate(page, 1)
    )
    return Version(
        thread=ThreadHead(slug=slug, title=page[0], state="live"),
        language=language,
        version=1,
        made_at=NOW,
        previous=None,
        items=ItemCounts(total=1, feeds=1, search=0, pages=0, read=1, cited=1),
        voices=Voices(independent=tuple(page), retelling=tuple(page)),
        in_brief=said[:3],
        whats_new=said,
        cast=tuple(
            Voice(id=f"k{n}", name=text, also=page[:3], role=text, venue=text, same_because=said[n].claims)
            for n, text in enumerate(page)
        ),
        narrative=(Paragraph(id="p1", theme=page[0], sentences=said),),
        timeline=tuple(
            Event(id=f"e{n}", date=f"{2000 + n}", dated="expected", sentences=(each,))
            for n, each in enumerate(said[:20])
        ),
        perspectives=tuple(
            Perspective(id=f"v{n}", voice=text, venue=text, position=said[:1], evolution=Evolution(word="new", since=1))
            for n, text in enumerate(page)
        ),
        also_heard=tuple(AlsoHeard(id=f"a{n}", voice=text, sentences=said[:1]) for n, text in enumerate(page)),
        tensions=tuple(
            Tension(
                id=f"x{n}",
                state="answered",
                opened_in=1,
                changed_in=1,
                sentences=(each,),
                resolution=(each,),
                sides=(Side(answer=each.text, voice=f"{each.text}; {page[0]}", sentences=(each,)),),
                relation=(each,),
                common_ground=(each,),
                missing=(each,),
            )
            for n, each in enumerate(said)
        ),
        figures=tuple(
            page_records.Figure(
                id=f"f{n}", about=page[0], unit=page[-1], value=-(10.0**n), voice=text, claims=said[n].claims
            )
            for n, text in enumerate(page[:9])
        ),
        missing_voices=tuple(page),
        missing_because={text: said[n].claims for n, text in enumerate(page)},
        sources=sources,
        claims=claims,
        coverage=tuple(Coverage(item=short_hash(t), title=t, venue=t, used=False, reason=t) for t in page),
        made_by=MadeBy(
            program=page[0],
            model=page[0],
            prompts={page[0]: page[0]},
            calls=1,
            tokens=Tokens(prompt=1, completion=1),
            price=None,
            estimated=False,
            kept=0,
            checks=1,
            supported=1,
            unjudged=0,
            repaired=0,
            struck=0,
            found={page[0]: 1},
            unknown_ids=0,
            inputs=(),
            losses=tuple(_lost(text, "verify", "struck") for text in page),
        ),
    )
