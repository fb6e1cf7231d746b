"""What a day brought across all threads: its developments are taken from its versions word for word; a model is asked
for what joins them, and that goes through the same checks as a page."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.records.days import Day, Development, Disagreement
from pipeline.records.items import one_line, short_hash
from pipeline.records.pages import Page, Paragraph, Said, Version

_MOST_STANDING = 60  # sentences of other threads that a question shows
_LONGEST_ABOUT = 120  # characters


class LeadAnswer(AnswerForm):
    text: str
    sentences: list[str]


class WhyAnswer(AnswerForm):
    development: str
    text: str
    sentences: list[str]


class DisagreementAnswer(AnswerForm):
    one: str
    other: str
    about: str


class DayAnswer(AnswerForm):
    """What the model is asked to give for a day."""

    lead: LeadAnswer
    order: list[str]
    why: list[WhyAnswer]
    disagreements: list[DisagreementAnswer]


class Shown(NamedTuple):
    """A day's question: the prompt, and what its ids stand for."""

    prompt: Rendered
    developments: Mapping[str, Development]
    sentences: Mapping[str, tuple[str, Said]]


def development(version: Version) -> Development:
    """What a version brought: its What's new; of a thread's first, what its narrative begins with."""
    number = version.version
    first = version.narrative[0].sentences if version.previous is None and version.narrative else ()
    return Development(
        thread=version.thread.slug,
        version=number,
        first=version.previous is None,
        sentences=first or version.whats_new,
        opened=tuple(t.id for t in version.tensions if t.opened_in == number),
        settled=tuple(t.id for t in version.tensions if t.state == "answered" and t.changed_in == number),
    )


def untold(date: str, versions: Sequence[Version]) -> Day:
    """The day as code can tell it: its developments, in the order they were made."""
    return Day(date=date, developments=tuple(development(version) for version in versions))


def question(day: Day, versions: Sequence[Version], standing: Sequence[Version]) -> Shown:
    """The question about a day. `standing` are the last versions of other threads that share a subject with it."""
    version_of = {(v.thread.slug, v.version): v for v in versions}
    developments = {f"d{n}": each for n, each in enumerate(day.developments, 1)}
    sentences: dict[str, tuple[str, Said]] = {}

    def named(thread: str, said: Sequence[Said]) -> list[dict[str, str]]:
        shown = []
        for each in said:
            sentences[name := f"s{len(sentences) + 1}"] = (thread, each)
            shown.append({"id": name, "text": each.text})
        return shown

    material = []
    for name, each in developments.items():
        version = version_of[each.thread, each.version]
        asked = {tension.id: " ".join(said.text for said in tension.sentences) for tension in version.tensions}
        material.append(
            {
                "id": name,
                "title": version.thread.title,
                "first": each.first,
                "sentences": named(each.thread, each.sentences),
                "opened": [asked[tension] for tension in each.opened],
                "settled": [asked[tension] for tension in each.settled],
            }
        )
    beside: list[dict[str, Any]] = []
    room = _MOST_STANDING
    for version in standing:
        said = [each for paragraph in version.narrative for each in paragraph.sentences]
        if said[:room]:
            beside.append({"title": version.thread.title, "sentences": named(version.thread.slug, said[:room])})
        room -= len(said[:room])
    return Shown(prompt("day").render(date=day.date, developments=material, standing=beside), developments, sentences)


def told(day: Day, answer: DayAnswer, shown: Shown) -> Day:
    """The day with what the model wrote, each sentence citing the claims of those it rests on. Ids that were not shown
    are passed over; a development that the order leaves out comes last."""
    lead = _said("lead", answer.lead.text, answer.lead.sentences, shown, reading=False)
    why: dict[str, Said] = {}
    for each in answer.why:
        said = _said(f"why-{each.development}", each.text, each.sentences, shown, reading=True)
        if said and each.development in shown.developments:
            why.setdefault(each.development, said)
    order = dict.fromkeys([*(name for name in answer.order if name in shown.developments), *shown.developments])
    developments = (
        shown.developments[name].model_copy(update={"why": (why[name],) if name in why else ()}) for name in order
    )
    disagreements = []
    for found in answer.disagreements:
        one, other = shown.sentences.get(found.one), shown.sentences.get(found.other)
        if one and other and one[0] != other[0]:
            disagreements.append(Disagreement(about=one_line(found.about)[:_LONGEST_ABOUT], one=one, other=other))
    return day.model_copy(
        update={
            "lead": (lead,) if lead else (),
            "developments": tuple(developments),
            "disagreements": tuple(disagreements),
            "told": True,
        }
    )


def as_page(day: Day) -> Page:
    """What was written for the day, as a page that the checks know how to read."""
    paragraphs = [Paragraph(id="why", theme="why it matters", sentences=d.why) for d in day.developments if d.why]
    return Page(
        title=day.date,
        whats_new=day.lead,
        narrative=tuple(paragraphs),
        timeline=(),
        perspectives=(),
        also_heard=(),
        tensions=(),
    )


def checked(day: Day, page: Page) -> Day:
    """The day with the sentences that the checks left, as they left them."""
    left = {said.id: said for said in page.said()}
    developments = tuple(
        each.model_copy(update={"why": tuple(left[said.id] for said in each.why if said.id in left)})
        for each in day.developments
    )
    lead = tuple(left[said.id] for said in day.lead if said.id in left)
    return day.model_copy(update={"lead": lead, "developments": developments})


def _said(place: str, text: str, rests_on: Sequence[str], shown: Shown, *, reading: bool) -> Said | None:
    held = [shown.sentences[name][1] for name in rests_on if name in shown.sentences]
    claims = tuple(dict.fromkeys(claim for said in held for claim in said.claims))
    words = one_line(text)
    if not words or not claims:
        return None
    return Said(id=f"{place}-{short_hash(words, length=6)}", text=words, claims=claims, reading=reading)
