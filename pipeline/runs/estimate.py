"""What a run would fetch and ask, found out without asking a model or keeping anything. Feeds are looked at, pages are
not: what is behind an address that was never fetched is estimated."""

from collections.abc import Sequence

from pipeline.context import ThreadRun
from pipeline.extract.question import question_groups
from pipeline.extract.stage import questions_about, texts_to_extract
from pipeline.fetch.item import identify
from pipeline.fetch.poll import poll_thread
from pipeline.model.tokens import count_tokens
from pipeline.records.runs import Plan, QuestionEstimate
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.synthesize.translation import is_foreign
from pipeline.triage.question import FEWEST, most_apart

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
_TRANSLATE = (450, 0)
_TRANSLATE_A_TEXT = (1_200, 1_000)
_SUPPORT_TRANSLATED_TEXT = (1_900, 0)
_PURSUE = (1_300, 250)
_SENTENCES_OF_A_PAGE = 125
_SENTENCES_A_TEXT = 8


def estimate(run: ThreadRun) -> Plan:
    """The plan of a run that would begin now."""
    candidates = poll_thread(run).candidates
    with run.store.reading() as connection:
        stored = {item.id: item for item in item_store.of_thread(connection, run.thread.slug)}
        relevance = item_store.relevances(connection, run.thread.slug)
        last = version_store.last(connection, run.thread.slug)
        named = {each.item: each.found for each in identify(connection, candidates, run.context.sites)}
    named = {item: each for item, each in named.items() if relevance.get(item, "relevant") == "relevant"}
    unread = {
        each.url: each
        for item, each in named.items()
        if item not in stored or stored[item].state in ("pending", "failed")
    }
    again = [each.url for each in candidates if each.via == "page" and each.url not in unread]
    waiting = texts_to_extract(run)
    groups = question_groups(waiting)
    unjudged = [(each.via, each.url) for item, each in named.items() if each.url in unread and item not in relevance]
    unjudged += [(text.item.via, text.item.url) for text in waiting if text.item.id not in relevance]
    new = len(unread) + len(waiting)
    questions = _triage([each for each in unjudged if each[0] != "page"])
    if new:
        prompts = [run.context.prompts.of(each) for texts in groups for each in questions_about(texts)]
        exact = sum(count_tokens(prompt.system) + count_tokens(prompt.user) for prompt in prompts)
        known = (exact, len(waiting) * _ARTICLE[1])
        questions.append(_kind("extract", len(groups) + len(unread), known, _times(_ARTICLE, len(unread))))
    # A run that was interrupted has left texts that are read and stand on no page.
    left = sum(item.state == "read" for item in stored.values()) - len(waiting) if last is None else 0
    if new or left > 0:
        claims = (new + left) * _CLAIMS_A_TEXT * _CLAIM_SHOWN
        if last is None:
            questions.append(_kind("page", 1, _PAGE, (claims, 0)))
            sentences = _SENTENCES_OF_A_PAGE
        else:
            questions.append(_kind("update", 1, _UPDATE, (_PAGE_STATE + claims, _UPDATE_A_TEXT * new)))
            sentences = _SENTENCES_A_TEXT * new
        # What an address never fetched will be in is not known.
        foreign = sum(is_foreign(text.snapshot.language, run.language) for text in waiting)
        if foreign:
            questions.append(_kind("translate", 1, _TRANSLATE, _times(_TRANSLATE_A_TEXT, foreign)))
        judged = _kind("support", 1, _SUPPORT, _times(_SUPPORT_A_SENTENCE, sentences))
        more = _times(_SUPPORT_TRANSLATED_TEXT, foreign)[0]
        questions.append(judged.model_copy(update={"prompt_tokens": judged.prompt_tokens + more}))
        if run.settings.search.pursue and run.context.providers:
            questions.append(_kind("pursue", 1, _PURSUE, (0, 0)))
    prompt_tokens = sum(kind.prompt_tokens for kind in questions)
    completion_tokens = sum(kind.completion_tokens for kind in questions)
    return Plan(
        thread=run.thread.slug,
        fetch=(*unread, *again),
        waiting=len(waiting),
        questions=tuple(questions),
        price=run.context.prices.of(prompt_tokens, completion_tokens),
        problems=tuple(run.log.problems),
    )


def _triage(unjudged: Sequence[tuple[str, str]]) -> list[QuestionEstimate]:
    """The questions that judge items, by what found them and their addresses: what searches found before it is fetched,
    the rest when it is read. Those that one sets aside may be judged once more."""
    found = [url for via, url in unjudged if via == "search"]
    others = [url for via, url in unjudged if via != "search"]
    parts = [found, others] if len(found) >= FEWEST else [found + others]
    judged = [part for part in parts if len(part) >= FEWEST]
    if not judged:
        return []
    items = _times(_TRIAGE_ITEM, sum(map(len, judged)))
    calls = {"triage": len(judged), "triage again": sum(map(most_apart, judged))}
    return [_kind(name, n, (_TRIAGE[0] * n, _TRIAGE[1] * n), items) for name, n in calls.items()]


def first_run(articles: int) -> tuple[QuestionEstimate, ...]:
    """The questions of a thread's first run over so many articles of middling length."""
    return (
        _kind("extract", articles, (0, 0), _times(_ARTICLE, articles)),
        _kind("page", 1, _PAGE, (articles * _CLAIMS_A_TEXT * _CLAIM_SHOWN, 0)),
        _kind("support", 1, _SUPPORT, _times(_SUPPORT_A_SENTENCE, _SENTENCES_OF_A_PAGE)),
    )


def _kind(name: str, calls: int, fixed: tuple[int, int], more: tuple[int, int]) -> QuestionEstimate:
    return QuestionEstimate(
        kind=name, calls=calls, prompt_tokens=fixed[0] + more[0], completion_tokens=fixed[1] + more[1]
    )


def _times(tokens: tuple[int, int], count: int) -> tuple[int, int]:
    return tokens[0] * count, tokens[1] * count
