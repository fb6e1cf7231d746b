"""What a run would fetch and ask, found out without asking a model or keeping anything. Feeds are looked at, pages are
not: what is behind an address that was never fetched is estimated."""

from pipeline import triage
from pipeline.extract import in_questions, question
from pipeline.fetch.addresses import item_id
from pipeline.records.runs import Foreseen, Plan
from pipeline.stages.claim import Claim
from pipeline.stages.poll import look
from pipeline.stages.run import Run
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.tokens import count_tokens

# Tokens read and written by one question of each kind: the means of the demo's recorded run, or its model's count where
# a question grows with what it is asked about.
_ARTICLE = (2_500, 1_300)
_TRIAGE = (450, 0)
_TRIAGE_ITEM = (100, 15)
_CLAIM_SHOWN = 65
_CLAIMS_A_TEXT = 10
_PAGE = (1_600, 8_000)
_PAGE_STATE = 8_000
_UPDATE = (1_900, 1_500)
_UPDATE_A_TEXT = 600
_SUPPORT = (1_000, 0)
_SUPPORT_A_SENTENCE = (120, 28)
_PURSUE = (1_300, 250)
_SENTENCES_OF_A_PAGE = 125
_SENTENCES_A_TEXT = 8


def foresee(run: Run) -> Plan:
    """The plan of a run that would begin now."""
    found = look(run).found
    with run.store.reading() as connection:
        known = {item.id: item for item in item_store.of_thread(connection, run.thread.slug)}
        verdicts = item_store.verdicts(connection, run.thread.slug)
        last = version_store.last(connection, run.thread.slug)
    named = {item_id(f.url): f for f in found if verdicts.get(item_id(f.url), "relevant") == "relevant"}
    unread = {f.url: f for i, f in named.items() if i not in known or known[i].state in ("pending", "failed")}
    again = [f.url for f in found if f.via == "page" and f.url not in unread]
    waiting = Claim(run).unextracted()
    asked = in_questions(waiting)
    unasked = sum(f.via != "page" for f in unread.values()) + sum(work.item.via != "page" for work in waiting)
    new = len(unread) + len(waiting)
    questions: list[Foreseen] = []
    if unasked >= triage.FEWEST:
        questions.append(_kind("triage", 1, _TRIAGE, _times(_TRIAGE_ITEM, unasked)))
    if new:
        prompts = [question(works) for works in asked]
        exact = sum(count_tokens(prompt.system) + count_tokens(prompt.user) for prompt in prompts)
        written = len(waiting) * _ARTICLE[1]
        questions.append(_kind("extract", len(asked) + len(unread), (exact, written), _times(_ARTICLE, len(unread))))
        claims = new * _CLAIMS_A_TEXT * _CLAIM_SHOWN
        if last is None:
            questions.append(_kind("page", 1, _PAGE, (claims, 0)))
            sentences = _SENTENCES_OF_A_PAGE
        else:
            questions.append(_kind("update", 1, _UPDATE, (_PAGE_STATE + claims, _UPDATE_A_TEXT * new)))
            sentences = _SENTENCES_A_TEXT * new
        questions.append(_kind("support", 1, _SUPPORT, _times(_SUPPORT_A_SENTENCE, sentences)))
        if run.tools.most_pursued and run.tools.providers:
            questions.append(_kind("pursue", 1, _PURSUE, (0, 0)))
    read = sum(kind.prompt_tokens for kind in questions)
    return Plan(
        thread=run.thread.slug,
        fetch=(*unread, *again),
        waiting=len(waiting),
        questions=tuple(questions),
        price=run.tools.prices.of(read, sum(kind.completion_tokens for kind in questions)),
        troubles=run.report("nothing new", None).troubles,
    )


def _kind(name: str, calls: int, fixed: tuple[int, int], more: tuple[int, int]) -> Foreseen:
    return Foreseen(kind=name, calls=calls, prompt_tokens=fixed[0] + more[0], completion_tokens=fixed[1] + more[1])


def _times(tokens: tuple[int, int], count: int) -> tuple[int, int]:
    return tokens[0] * count, tokens[1] * count
