"""What a thread lacks, and the searches that would find it; and the first-hand works its articles lead to."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.records.claims import Extraction
from pipeline.records.items import Item, one_line
from pipeline.records.pages import Version
from pipeline.verify.likeness import is_named

_LONGEST_SEARCH = 100  # characters
_PAPERS = re.compile(
    r"(?:^|\.)(?:arxiv\.org|doi\.org|biorxiv\.org|medrxiv\.org|osf\.io|ssrn\.com|nber\.org|openreview\.net|"
    r"pubmed\.ncbi\.nlm\.nih\.gov|zenodo\.org|psyarxiv\.com)$"
)


class SearchAnswer(AnswerForm):
    words: str
    why: str


class PursueAnswer(AnswerForm):
    searches: list[SearchAnswer]


def question(title: str, version: Version, extractions: Iterable[Extraction], most: int) -> Rendered:
    """The prompt that asks for searches. What is known only through others is named by the extractions, without those
    who speak on the page themselves."""
    speaking = "\n".join([*version.voices.independent, *(s.title for s in version.sources)])
    named = dict.fromkeys(n for e in extractions for n in (*e.heard_only_through_others, *e.works_described))
    return prompt("pursue").render(
        title=title,
        thesis=version.thread.title,
        most=most,
        tensions=[tension for tension in version.tensions if tension.state != "answered"],
        missing_voices=version.missing_voices,
        second_hand=[name for name in named if not is_named(name, speaking)],
        sources=version.sources,
    )


def searches(answer: PursueAnswer, most: int) -> tuple[str, ...]:
    """The words to search for, each once, at most `most`: plain words, whatever the answer holds."""
    plain = (
        one_line(re.sub(r"[^\w\s'’.-]", " ", search.words))[:_LONGEST_SEARCH].strip() for search in answer.searches
    )
    return tuple(dict.fromkeys(words for words in plain if words))[:most]


def works_led_to(items: Sequence[Item], most: int) -> tuple[str, ...]:
    """The addresses of papers that the items' paragraphs lead to, most led to first: a work that articles describe
    is read itself."""
    count: dict[str, int] = {}
    for item in items:
        for address in item.links:
            if _is_paper(address):
                count[address] = count.get(address, 0) + 1
    return tuple(sorted(count, key=lambda address: -count[address]))[:most]


def _is_paper(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_PAPERS.search(parts.hostname or "")) or parts.path.lower().endswith(".pdf")
