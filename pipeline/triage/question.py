"""Which of the items that feeds and searches bring can matter to a thread: one question about many titles and openings.

The answer names only the items to set aside, each with a reason from a closed list; all others are relevant. Pages that
the operator named are never asked about.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import ceil
from typing import Literal
from urllib.parse import urlsplit

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.items import Item, Relevance
from pipeline.records.pages import Page
from pipeline.verify.suspicion import addresses_a_model

FEWEST = 4
"""Below so many items the question costs more than it saves. Estimated: the question takes about 500 tokens and 100 an
item, an extraction about 2,500 and 1,300 more for its answer; at four items, one in ten has to be set aside to pay."""


_LONGEST_OPENING = 500
"""Characters. It cuts what has no words to count, in scripts without spaces, and leaves other openings whole."""


class AsideAnswer(AnswerForm):
    item: int
    why: Literal["off topic", "copy", "listing", "no new claim expected"]


class TriageAnswer(AnswerForm):
    set_aside: list[AsideAnswer]


def question(title: str, page: Page | None, items: Sequence[tuple[Item, str]]) -> RenderedPrompt:
    """The prompt that asks about `items`, each with its opening words, numbered from 1."""
    return prompt("triage").render(
        title=title,
        thesis=page.title if page else None,
        questions=[sentence.text for tension in page.tensions for sentence in tension.sentences] if page else [],
        items=[
            {
                "number": number,
                "venue": item.venue,
                "published": item.published,
                "title": item.title,
                "opening": opening[:_LONGEST_OPENING],
            }
            for number, (item, opening) in enumerate(items, 1)
        ],
    )


def verdicts(answer: TriageAnswer, count: int) -> list[Relevance]:
    """One verdict for each of `count` items, in order."""
    reasons: dict[int, Relevance] = {aside.item: aside.why for aside in answer.set_aside}
    return [reasons.get(number, "relevant") for number in range(1, count + 1)]


def most_apart(urls: Sequence[str]) -> int:
    """Into how many questions `judged_apart` divides items at these addresses, at most."""
    return min(len({urlsplit(url).hostname for url in urls}), ceil(len(urls) / FEWEST))


def judged_apart(items: Sequence[tuple[Item, str]], first: Sequence[Relevance]) -> list[list[int]]:
    """The places of `items` that are to be judged once more, in groups that share a question; none where the `first`
    verdicts stand.

    A model that obeys what it reads may set aside whatever one item tells it to. So where more than half are set aside,
    each of these is judged again, out of reach of what stays and of other hosts: small hosts share a question until it
    pays, and an item can speak for those beside it there at most. A host speaks for all its own items anyway; but one
    that addresses a model is not asked about again, and its own verdict stands."""
    aside = [place for place, verdict in enumerate(first) if verdict != "relevant"]
    commanding = {
        place
        for place, (item, opening) in enumerate(items)
        if addresses_a_model(f"{item.venue}. {item.title}. {opening}")
    }
    hosts = {urlsplit(item.url).hostname for item, _ in items}
    if len(aside) <= len(items) / 2 or (len(hosts) == 1 and not commanding):
        return []
    of_host: dict[str | None, list[int]] = defaultdict(list)
    for place in aside:
        if place not in commanding:
            of_host[urlsplit(items[place][0].url).hostname].append(place)
    groups: list[list[int]] = []
    for places in of_host.values():
        if groups and len(groups[-1]) < FEWEST:
            groups[-1] += places
        else:
            groups.append(places)
    return groups
