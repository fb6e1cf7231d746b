"""The page of a day. Its developments are taken word for word from the day's versions; what connects them is written
by a model and goes through the same checks as a thread's page."""

from collections.abc import Sequence

from pipeline.day.question import DayAnswer, DayQuestion
from pipeline.records.days import Day, Development, Disagreement
from pipeline.records.pages import Page, Paragraph, Sentence, Version
from pipeline.text import one_line, short_hash

_LONGEST_ABOUT = 120  # characters; chosen, not measured


def development(version: Version) -> Development:
    """What a version brought: its What's new; for a thread's first version, the first paragraph of its narrative."""
    number = version.version
    first_paragraph = version.narrative[0].sentences if version.previous is None and version.narrative else ()
    return Development(
        thread=version.thread.slug,
        version=number,
        first=version.previous is None,
        sentences=first_paragraph or version.whats_new,
        opened=tuple(tension.id for tension in version.tensions if tension.opened_in == number),
        settled=tuple(
            tension.id for tension in version.tensions if tension.state == "answered" and tension.changed_in == number
        ),
    )


def draft_day(date: str, versions: Sequence[Version], language: str = "en") -> Day:
    """The day without what a model writes in `language`: its developments, in the order of their versions."""
    return Day(date=date, language=language, developments=tuple(development(version) for version in versions))


def write_day(day: Day, answer: DayAnswer, question: DayQuestion) -> Day:
    """The day with what the model wrote, each sentence citing the claims of the sentences it rests on. Ids that
    `question` does not have are ignored; developments missing from the answer's order come last."""
    lead = _sentence("lead", answer.lead.text, answer.lead.sentences, question, reading=False)
    why_of: dict[str, Sentence] = {}
    for why in answer.why:
        sentence = _sentence(f"why-{why.development}", why.text, why.sentences, question, reading=True)
        if sentence and why.development in question.developments:
            why_of.setdefault(why.development, sentence)
    order = dict.fromkeys([*(name for name in answer.order if name in question.developments), *question.developments])
    developments = (
        question.developments[name].model_copy(update={"why": (why_of[name],) if name in why_of else ()})
        for name in order
    )
    disagreements = []
    for disagreement in answer.disagreements:
        one, other = question.sentences.get(disagreement.one), question.sentences.get(disagreement.other)
        if one and other and one[0] != other[0]:  # of two threads
            about = one_line(disagreement.about)[:_LONGEST_ABOUT]
            disagreements.append(Disagreement(about=about, one=one, other=other))
    return day.model_copy(
        update={
            "lead": (lead,) if lead else (),
            "developments": tuple(developments),
            "disagreements": tuple(disagreements),
            "written": True,
        }
    )


def as_page(day: Day) -> Page:
    """What the model wrote for the day, in the form of a page, for the checks."""
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


def with_checked_sentences(day: Day, page: Page) -> Day:
    """The day with the sentences of `page` (`as_page` after the checks): reworded or struck as the checks decided."""
    checked = {sentence.id: sentence for sentence in page.all_sentences()}
    developments = tuple(
        development.model_copy(update={"why": tuple(checked[why.id] for why in development.why if why.id in checked)})
        for development in day.developments
    )
    lead = tuple(checked[sentence.id] for sentence in day.lead if sentence.id in checked)
    return day.model_copy(update={"lead": lead, "developments": developments})


def _sentence(
    section: str, text: str, rests_on: Sequence[str], question: DayQuestion, *, reading: bool
) -> Sentence | None:
    """A sentence with the claims of those it rests on; None where it has no words or no claims."""
    cited_sentences = [question.sentences[name][1] for name in rests_on if name in question.sentences]
    claims = tuple(dict.fromkeys(claim for sentence in cited_sentences for claim in sentence.claims))
    line = one_line(text)
    if not line or not claims:
        return None
    return Sentence(id=f"{section}-{short_hash(line, length=6)}", text=line, claims=claims, reading=reading)
