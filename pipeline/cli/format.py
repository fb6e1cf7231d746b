"""Formats records for an operator's terminal."""

import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import without_credentials

if TYPE_CHECKING:  # pydantic would slow `--help`
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from pipeline.app.fates import ItemFate
    from pipeline.app.own_settings import OwnSetting
    from pipeline.app.queries import Cast, FeedLine, Status, ThreadLine
    from pipeline.publish.diff import Difference
    from pipeline.publish.library import ItemView
    from pipeline.records.batches import BatchReport, Queue
    from pipeline.records.notices import Delivery
    from pipeline.records.pages import Version
    from pipeline.records.replies import PromptFile, Question
    from pipeline.records.runs import Plan, ProgressEvent, RunReport
    from pipeline.records.sources import SourceStatus
    from pipeline.records.threads import Correction, SourceAddress
    from pipeline.records.workers import WorkerReport

_BLOCKED = ", its host is blocked (`block --list`)"
_ONLY_WHERE = {"triage again": " (at most, and only where more than half would be set aside)"}
_WORDS_WIDTH = 100  # characters of a quotation that a line shows


def progress_line(event: "ProgressEvent") -> str:
    """A step of a run: its name in a column of its own, a problem with a mark."""
    text = without_credentials(event.text)
    return f"{'':12}! {text}" if event.level == "problem" else f"{event.step:12}{text}"


def structured_line(event: "ProgressEvent", now: "datetime") -> str:
    """A step as key=value pairs, for programs that read a log; `now` is in UTC."""
    text = json.dumps(without_credentials(event.text.strip()), ensure_ascii=False)
    return f"at={now:%Y-%m-%dT%H:%M:%SZ} thread={event.thread or '-'} step={event.step} said={text}"


_SIGNS = {"added": "+", "removed": "-", "moved": "→"}


def difference_lines(difference: "Difference") -> list[str]:
    """What changed, marked with + where it is new, - where it is gone, ~ where it is reworded and → where
    it stands in another place now."""
    counts = ", ".join(f"{number} {kind}" for kind, number in difference.counts.items())
    lines = [f"{difference.thread}: version {difference.before} to {difference.after}: {counts}"]
    if difference.title:
        lines.append(f"~ {difference.title[0]} → {difference.title[1]}")
    for section in difference.sections:
        for part in section.parts:
            note = f" ({part.note})" if part.note else ""
            lines.append(f"\n{section.name}{': ' if part.label else ''}{part.label}{note}")
            for sentence in part.sentences:
                if sentence.kind == "reworded":
                    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
                    words = " ".join(marks[run.kind].format(run.text.strip()) for run in sentence.words)
                    lines.append(f"  ~ {words}")
                elif sentence.kind != "kept":
                    lines.append(f"  {_SIGNS[sentence.kind]} {sentence.text}")
    return lines + [f"+ {source}" for source in difference.new_sources]


def cast_lines(cast: "Cast") -> list[str]:
    """Who is who: each voice by its names, who it is and where it speaks, and the words that make its names one."""
    lines = []
    for voice in cast.voices:
        also = f", also {', '.join(voice.also)}" if voice.also else ""
        known = " · ".join(filter(None, (voice.role, voice.venue)))
        lines.append(f"{voice.name}{also}{f': {known}' if known else ''}")
        shown = (textwrap.shorten(words, _WORDS_WIDTH, placeholder=" …") for words in cast.words(voice))
        lines += [f"  one voice by: {words}" for words in shown]
    number, slug = cast.version.version, cast.version.thread.slug
    if cast.waiting:
        lines.append(f"not in version {number} yet: the next run (`thread {slug}`) puts it on the page")
    return lines or [f"version {number} names no voices"]


def correction_lines(corrections: "Sequence[Correction]") -> list[str]:
    """What is corrected on a page: by number, since when, what it was and what it is, and why."""
    lines = []
    for each in corrections:
        thing = f"the date of source [{each.source}]" if each.what == "date" else f"the {each.what}"
        because = f" ({each.because})" if each.because else ""
        change = f"{each.before or 'none'} → {each.after or 'none'}"
        lines.append(f"{each.number:3}  {each.at:%Y-%m-%d}  {thing}: {change}{because}")
    return lines or ["nothing is corrected"]


def prompt_lines(prompts: "list[PromptFile]") -> list[str]:
    """Each prompt: its name and fingerprint, whose it is, what it asks for; of the operator's own, where it stands."""
    lines = [
        f"{each.name:14}  {each.fingerprint}  {'your own' if each.own else 'ours':8}  {each.asks}" for each in prompts
    ]
    lines += [f"your own: {each.file}" for each in prompts if each.own]
    folders = {Path(each.file).parent for each in prompts if not each.own}
    return lines + [f"ours stand in {folder}" for folder in folders]


def question_lines(slug: str, questions: "list[Question]") -> list[str]:
    """Questions word for word, each under its prompt's name."""
    lines: list[str] = []
    for each in questions:
        lines += [f"##### {each.prompt} {each.fingerprint}: instructions", each.system]
        lines += [f"##### {each.prompt} {each.fingerprint}: material", each.user, ""]
    nothing = f"nothing waits to be asked about {slug}: `prompts {slug} --from synthesize` shows its page's question"
    return lines or [nothing]


def setting_lines(settings: "list[OwnSetting]") -> list[str]:
    """Settings as a thread's runs have them, each with where its value comes from."""
    shown = [(key, "(none)" if value in (None, "") else str(value), origin) for key, value, origin in settings]
    width = max(len(value) for _, value, _ in shown)
    return [f"{key:20}  {value:{width}}  {origin}" for key, value, origin in shown]


def settings_json(slug: str, settings: "list[OwnSetting]") -> dict[str, object]:
    """The same as JSON values."""
    return {"thread": slug, "settings": [{"key": key, "value": v, "from": origin} for key, v, origin in settings]}


def decision_lines(view: "ItemView", *, drop: bool | None, apart: bool | None, take: str | None) -> list[str]:
    """What an operator has decided on an item, and when pages follow; nothing where nothing was decided."""
    item = view.item.id
    decided = {
        f"{item} is dropped: no page has it from the next version on": drop is True,
        f"{item} is restored: pages may have it again from the next version on": drop is False,
        f"{item} is a copy of nothing, whatever it looks like": apart is True,
        f"{item} may be a copy again: it is compared as others are": apart is False,
        f"{item} is taken for {take}: the next run reads it": bool(take),
    }
    threads = dict.fromkeys([*([take] if take else []), *(thread.slug for thread in view.threads)])
    lines = [line for line, so in decided.items() if so]
    return [*lines, *(f"run it now with `thread {slug}`" for slug in threads)] if lines else []


def item_lines(fates: "list[ItemFate]") -> list[str]:
    """What became of each item: its id, number and fate, where and when it appeared, its title, and why."""
    lines = []
    for item, fate, why, number in fates:
        mark = f"[{number}]" if number else ""
        lines.append(f"{item.id}  {mark:5} {fate:9}  {item.venue}, {item.published or 'undated'}: {item.title}")
        if fate != "used":
            lines.append(f"{'':18}why: {why}")
    return lines or ["no items yet: `thread SLUG` looks for them"]


def history_lines(versions: "Sequence[Version]", failed_since: str) -> list[str]:
    """A line for each version; and first that the last run failed, where it did."""
    return ([f"no newer version: {failed_since}"] if failed_since else []) + [
        f"v{version.version}  {version.made_at:%Y-%m-%d %H:%M} UTC  "
        f"{version.items.total} items, {version.items.cited} cited  {version.thread.title}"
        for version in versions
    ]


def loss_lines(version: "Version") -> list[str]:
    """What did not get into a version as the model gave it: where, what became of it, its words, and why."""
    lines = []
    for loss in version.made_by.losses:
        lines += [f"{loss.stage:10}  {loss.done:8}  {loss.text}", f"{'':22}why: {loss.reason}"]
    return lines or [f"version {version.version} lost nothing"]


def thread_lines(line: "ThreadLine") -> list[str]:
    """A thread: its state, its last version, its title; of one that is proposed, why, and the items it is made of."""
    thread = line.thread
    version = f"v{line.version.version}" if line.version else "no version"
    lines = [f"{thread.slug}  {thread.state}  {version}  {thread.title}"]
    if thread.state == "proposed":
        lines.append(f"  why: {thread.state_reason or 'not said'} (`accept {thread.slug}` begins it)")
        lines += [f"  {item.id}  {item.venue}: {item.title}" for item in line.proposed]
    return lines


def plan_lines(plan: "Plan") -> list[str]:
    """What a run would fetch and ask, and what it would cost."""
    lines = [f"would fetch  {url}" for url in plan.fetch]
    if plan.waiting:
        lines.append(f"{plan.waiting} texts are read and wait to be asked about")
    for kind in plan.questions:
        read, written = kind.prompt_tokens, kind.completion_tokens
        only = _ONLY_WHERE.get(kind.kind, "")
        lines.append(f"would ask    {kind.calls} × {kind.kind}{only}: about {read:,} tokens read, {written:,} written")
    price = "price not known" if plan.price is None else f"about {plan.price:.4f}"
    asked = f"at most {plan.calls} model calls, about {plan.tokens:,} tokens, {price}"
    lines.append(f"{plan.thread}: {asked if plan.calls else 'no model calls, unless a page fetched again has changed'}")
    return lines + [f"failed: {problem.message}" for problem in plan.problems]


def source_lines(sources: "list[tuple[SourceAddress, SourceStatus]]", blocked: "Collection[str]") -> list[str]:
    """One line for each source. `blocked` are the addresses of those whose host is blocked."""
    lines = [
        source_line(source.kind, source.address, status) + (_BLOCKED if source.address in blocked else "")
        for source, status in sources
    ]
    return lines or ["it looks nowhere: name a place with --page, --feed, --search or --opml"]


def source_line(kind: str, address: str, status: "SourceStatus") -> str:
    """A source: its kind and address, how it answered last, and when it last answered well."""
    last = f"last well {status.succeeded_at:%Y-%m-%d %H:%M}" if status.succeeded_at else "never well yet"
    state = "not asked yet" if status.tried_at is None else "well"
    if status.gone:
        state = "gone for good: drop it, or name it again to ask again"
    elif status.failures:
        state = f"failed {status.failures}x ({status.reason})"
        state += f", rests until {status.rests_until:%Y-%m-%d %H:%M}" if status.rests_until else ""
    entries = status.taken or (f"{status.entries} entries" if status.entries is not None else "")
    entries = f", {entries}" if entries else ""
    moved = f", now at {status.moved_to}" if status.moved_to else ""
    return f"{kind:6}  {address}: {state}, {last}{entries}{moved}"


def feed_line(line: "FeedLine") -> str:
    """A watched feed: how it answered last, and when a batch asks it again."""
    status, due = line.status, line.due
    when = "asked by the next batch" if due.now else f"asked again from {due.until:%Y-%m-%d %H:%M}" if due.until else ""
    said = source_line("feed", line.address, status) + (_BLOCKED if "blocked" in due.why else "")
    return said if status.rests_until or not when else f"{said}; {when}"


def feed_json(line: "FeedLine") -> dict[str, object]:
    """The same as JSON values."""
    return {**line.status.model_dump(mode="json"), **_due_json(*line.due[:3])}


def _due_json(now: bool, why: str, until: "datetime | None") -> dict[str, object]:
    """Whether something is due now, why or why not, and otherwise from when, as JSON values."""
    return {"due": now, "why": why, "until": f"{until:%Y-%m-%dT%H:%M:%SZ}" if until else None}


def report_lines(report: "RunReport") -> list[str]:
    """The summary of a run."""
    news = f"version {report.version}" if report.version else report.outcome
    if report.outcome == "failed" and report.found and not report.fetched:
        news = f"failed, none of its {report.found} pages could be fetched"
    return [
        f"{report.thread}: {news}",
        f"{report.found} pages looked at, {report.new_snapshots} new texts, {report.new_claims} new claims; "
        f"{report.model_calls} model calls, {report.prompt_tokens + report.completion_tokens} tokens",
        *(f"failed: {problem.message}" for problem in report.problems),
    ]


def queue_lines(queue: "Queue", plans: "list[Plan]") -> list[str]:
    """What a batch would do and what it would cost."""
    lines = [f"due      {thread.slug}: {why}" for thread, why in queue.due]
    for waiting in queue.waiting:
        until = f", until {waiting.until:%Y-%m-%d %H:%M}" if waiting.until else ""
        lines.append(f"waits    {waiting.thread}: {waiting.why}{until}")
    for plan in plans:
        lines += plan_lines(plan)
    tokens = sum(plan.tokens for plan in plans)
    total = None if any(plan.price is None for plan in plans) else sum(plan.price or 0 for plan in plans)
    price = "price not known" if total is None else f"about {total:.4f}"
    return [
        *lines,
        f"{len(queue.due)} threads are due, {len(queue.waiting)} wait; {queue.feeds} watched feeds are due, what they "
        "bring is not known before",
        f"in all at most {sum(plan.calls for plan in plans)} model calls, about {tokens:,} tokens, {price}",
    ]


def batch_lines(report: "BatchReport") -> list[str]:
    """The summary of a batch."""
    if report.resting_until:
        return [f"quiet hours until {report.resting_until:%H:%M} UTC: nothing was begun"]
    lines = []
    for result in report.threads:
        news = f"version {result.version}" if result.version else result.outcome
        failed = f", {result.problems} failures" if result.problems else ""
        lines.append(f"{result.thread}: {result.problem or news}{failed}")
    lines += [f"proposed: {slug} (`accept {slug}` begins it, `decline {slug}` does not)" for slug in report.proposed]
    lines += [f"begun: {slug}" for slug in report.begun]
    for held in report.held_back:
        again = f"tried again from {held.until:%Y-%m-%d %H:%M} UTC" if held.until else "not tried again by the clock"
        lines.append(f"{held.thread}: not run, {held.why}; {again}, or now by `thread {held.thread}`")
    price = "price not known" if report.price is None else f"{report.price:.4f}"
    return [
        *lines,
        f"{report.polled} watched feeds asked{_feeds_waiting(report)}, {report.arrived} new items, "
        f"{report.assigned} of them to threads",
        f"{len(report.threads)} threads run, {report.new_versions} new versions, {report.waiting} not due",
        f"{report.model_calls} model calls, {report.prompt_tokens + report.completion_tokens:,} tokens, {price}",
        *(f"failed: {problem.message}" for problem in report.problems),
    ]


def _feeds_waiting(report: "BatchReport") -> str:
    """The watched feeds that a batch did not ask, and why not."""
    if not report.feeds_waiting:
        return "" if report.polled else " (none is watched)"
    first = f", the first from {report.feeds_due_at:%Y-%m-%d %H:%M} UTC" if report.feeds_due_at else ""
    return f" ({report.feeds_waiting} more not due{first}: see `watch`)"


def status_lines(status: "Status") -> list[str]:
    """The overview: threads, feeds, batches, spending."""
    lines = [f"under way: {what}, by {who}" for what, who in status.under_way]
    if status.workers:
        lines.append(f"workers: {len(status.workers)}, of which {sum(not each.doing for each in status.workers)} idle")
        lines += [worker_line(worker) for worker in status.workers]
    lines.append("threads")
    for line, due in status.threads:
        version = f"v{line.version.version} of {line.version.made_at:%Y-%m-%d}" if line.version else "no version"
        last_run = (
            f"run {line.last_run.started_at:%Y-%m-%d %H:%M}: {line.last_run.outcome}" if line.last_run else "never run"
        )
        when = f"due {due.until:%Y-%m-%d %H:%M}" if due.until else due.why
        lines.append(
            f"  {line.thread.slug}: {line.thread.state}, {version}, {last_run}; {'due now' if due.now else when}"
        )
    if status.proposed:
        lines.append(f"proposed: {', '.join(status.proposed)} (`threads` says why; `accept SLUG` begins one)")
    loose, new = status.arrivals.get("loose", 0), status.arrivals.get("new", 0)
    lines.append(f"watched feeds: {len(status.feeds)}; items in no thread: {loose}, not sorted yet: {new}")
    lines += [f"  fails  {source_line('', source.address, source).strip()}" for source in status.failing]
    lines += ["batches"] if status.batches else []
    for batch in status.batches:
        new_versions = f"{batch.new_versions} new versions of {len(batch.threads)} threads"
        ended = f"exit {batch.exit_code}" + "".join(f"; {problem.message}" for problem in batch.problems[:3])
        lines.append(f"  {batch.started_at:%Y-%m-%d %H:%M}  {new_versions}, {batch.arrived} items arrived, {ended}")
    lines += [f"not told  {delivery_line(delivery)}" for delivery in status.untold]
    spent = (*status.spend, *status.thread_spend)
    lines += ["spent"] if spent else []
    for name, calls, tokens, price in spent:
        lines.append(
            f"  {name}  {calls} calls, {tokens:,} tokens, {'price not known' if price is None else f'{price:.4f}'}"
        )
    return lines


def delivery_line(delivery: "Delivery") -> str:
    """What was to be told, by which way, and why it was not."""
    state = delivery.problem or "not tried yet"
    again = f"; {delivery.tries} tries so far" if delivery.problem and delivery.state == "waiting" else ""
    return f"{delivery.notice.subject}, by {delivery.channel}: {state}{again}"


def worker_line(worker: "WorkerReport") -> str:
    """A worker: since when it works, and what it is at, or since when it is idle."""
    at = ", ".join(f"{what} since {since:%H:%M}" for what, since in worker.doing.items())
    return f"  {worker.name}, since {worker.since:%Y-%m-%d %H:%M}: {at or f'idle since {worker.idle_since:%H:%M}'}"


def status_json(status: "Status") -> dict[str, object]:
    """The overview as JSON values."""
    return {
        "threads": [
            {
                **line.thread.model_dump(mode="json"),
                "version": line.version.version if line.version else None,
                "last_run": line.last_run.model_dump(mode="json") if line.last_run else None,
                **_due_json(*due[:3]),
            }
            for line, due in status.threads
        ],
        "proposed": list(status.proposed),
        "feeds": [feed_json(line) for line in status.feeds],
        "failing": [source.model_dump(mode="json") for source in status.failing],
        "arrivals": status.arrivals,
        "batches": [{**batch.model_dump(mode="json"), "exit_code": batch.exit_code} for batch in status.batches],
        "spend": [
            {"date": date, "calls": calls, "tokens": tokens, "price": price}
            for date, calls, tokens, price in status.spend
        ],
        "workers": [worker.model_dump(mode="json") for worker in status.workers],
        "under_way": [{"what": what, "by": who} for what, who in status.under_way],
        "untold": [delivery.model_dump(mode="json") for delivery in status.untold],
        "spend_of_threads": [
            {"thread": slug, "calls": calls, "tokens": tokens, "price": price}
            for slug, calls, tokens, price in status.thread_spend
        ],
    }
