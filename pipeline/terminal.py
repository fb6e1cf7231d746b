"""Records as an operator reads them on a terminal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pydantic would slow `--help`
    from pipeline.archive import Status
    from pipeline.batch import Queue
    from pipeline.changes import Difference
    from pipeline.records.batches import BatchReport
    from pipeline.records.runs import Plan, Report
    from pipeline.records.sources import SourceStatus
    from pipeline.records.threads import SourceAddress


def difference_lines(found: "Difference") -> list[str]:
    """What changed, with + before what is new, - before what is gone, ~ before what is reworded."""
    counts = ", ".join(f"{number} {kind}" for kind, number in found.counts.items())
    lines = [f"{found.thread}: version {found.before} to {found.after}: {counts}"]
    if found.title:
        lines.append(f"~ {found.title[0]} → {found.title[1]}")
    for section in found.sections:
        for part in section.parts:
            note = f" ({part.note})" if part.note else ""
            lines.append(f"\n{section.name}: {part.label}{note}")
            for sentence in part.sentences:
                if sentence.kind == "reworded":
                    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
                    shown = " ".join(marks[run.kind].format(run.text.strip()) for run in sentence.words)
                    lines.append(f"  ~ {shown}")
                elif sentence.kind != "kept":
                    lines.append(f"  {'+' if sentence.kind == 'added' else '-'} {sentence.text}")
    return lines + [f"+ {source}" for source in found.new_sources]


def plan_lines(plan: "Plan") -> list[str]:
    lines = [f"would fetch  {url}" for url in plan.fetch]
    if plan.waiting:
        lines.append(f"{plan.waiting} texts are read and wait to be asked about")
    for kind in plan.questions:
        read, written = kind.prompt_tokens, kind.completion_tokens
        lines.append(f"would ask    {kind.calls} × {kind.kind}: about {read:,} tokens read, {written:,} written")
    price = "price not known" if plan.price is None else f"about {plan.price:.4f}"
    asked = f"at most {plan.calls} model calls, about {plan.tokens:,} tokens, {price}"
    lines.append(f"{plan.thread}: {asked if plan.calls else 'no model calls, unless a page fetched again has changed'}")
    return lines + [f"failed: {trouble.message}" for trouble in plan.troubles]


def source_lines(sources: "list[tuple[SourceAddress, SourceStatus]]") -> list[str]:
    """One line a place."""
    lines = [place_line(source.kind, source.address, status) for source, status in sources]
    return lines or ["it looks nowhere: name a place with --page, --feed, --search or --opml"]


def place_line(kind: str, address: str, status: "SourceStatus") -> str:
    """What a place is, how it answers, when it last did."""
    last = f"last well {status.succeeded_at:%Y-%m-%d %H:%M}" if status.succeeded_at else "never well yet"
    said = "not asked yet" if status.tried_at is None else "well"
    if status.gone:
        said = "gone for good: drop it, or name it again to ask again"
    elif status.failures:
        said = f"failed {status.failures}x ({status.reason})"
        said += f", rests until {status.rests_until:%Y-%m-%d %H:%M}" if status.rests_until else ""
    had = f", {status.entries} entries" if status.entries is not None else ""
    moved = f", now at {status.moved_to}" if status.moved_to else ""
    return f"{kind:6}  {address}: {said}, {last}{had}{moved}"


def report_lines(report: "Report") -> list[str]:
    news = f"version {report.version}" if report.version else report.outcome
    return [
        f"{report.thread}: {news}",
        f"{report.found} pages looked at, {report.new_snapshots} new texts, {report.new_claims} new claims; "
        f"{report.model_calls} model calls, {report.prompt_tokens + report.completion_tokens} tokens",
        *(f"failed: {trouble.message}" for trouble in report.troubles),
    ]


def queue_lines(queue: "Queue", plans: "list[Plan]") -> list[str]:
    """What is due and what it would cost."""
    lines = [f"due      {thread.slug}: {why}" for thread, why in queue.due]
    for each in queue.waiting:
        lines.append(
            f"waits    {each.thread}: {each.why}" + (f", until {each.until:%Y-%m-%d %H:%M}" if each.until else "")
        )
    for plan in plans:
        lines += plan_lines(plan)
    tokens = sum(plan.tokens for plan in plans)
    priced = None if any(plan.price is None for plan in plans) else sum(plan.price or 0 for plan in plans)
    price = "price not known" if priced is None else f"about {priced:.4f}"
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
    for each in report.threads:
        news = f"version {each.version}" if each.version else each.outcome
        failed = f", {each.troubles} failures" if each.troubles else ""
        lines.append(f"{each.thread}: {each.trouble or news}{failed}")
    lines += [f"proposed: {slug} (`accept {slug}` begins it, `decline {slug}` does not)" for slug in report.proposed]
    lines += [f"begun: {slug}" for slug in report.begun]
    price = "price not known" if report.price is None else f"{report.price:.4f}"
    return [
        *lines,
        f"{report.polled} watched feeds asked, {report.arrived} new items, {report.assigned} of them to threads",
        f"{len(report.threads)} threads run, {report.new_versions} new versions, {report.waiting} not due",
        f"{report.model_calls} model calls, {report.prompt_tokens + report.completion_tokens:,} tokens, {price}",
        *(f"failed: {trouble.message}" for trouble in report.troubles),
    ]


def status_lines(found: "Status") -> list[str]:
    """How it goes, at a glance."""
    lines = ["threads"]
    for line, verdict in found.threads:
        version = f"v{line.version.version} of {line.version.made_at:%Y-%m-%d}" if line.version else "no version"
        run = (
            f"run {line.last_run.started_at:%Y-%m-%d %H:%M}: {line.last_run.outcome}" if line.last_run else "never run"
        )
        later = f"due {verdict.until:%Y-%m-%d %H:%M}" if verdict.until else verdict.why
        lines.append(
            f"  {line.thread.slug}: {line.thread.state}, {version}, {run}; {'due now' if verdict.now else later}"
        )
    loose, new = found.arrivals.get("loose", 0), found.arrivals.get("new", 0)
    lines.append(f"watched feeds: {len(found.feeds)}; items in no thread: {loose}, not sorted yet: {new}")
    lines += [f"  fails  {place_line('', status.address, status).strip()}" for status in found.failing]
    lines.append("batches")
    for batch in found.batches:
        new_versions = f"{batch.new_versions} new versions of {len(batch.threads)} threads"
        ended = f"exit {batch.exit_code}" + "".join(f"; {trouble.message}" for trouble in batch.troubles[:3])
        lines.append(f"  {batch.started_at:%Y-%m-%d %H:%M}  {new_versions}, {batch.arrived} items arrived, {ended}")
    lines.append("spent")
    for date, calls, tokens, price in found.spend:
        lines.append(
            f"  {date}  {calls} calls, {tokens:,} tokens, {'price not known' if price is None else f'{price:.4f}'}"
        )
    return lines


def status_json(found: "Status") -> dict[str, object]:
    """The same as data."""
    return {
        "threads": [
            {
                **line.thread.model_dump(mode="json"),
                "version": line.version.version if line.version else None,
                "last_run": line.last_run.model_dump(mode="json") if line.last_run else None,
                "due": verdict.now,
                "why": verdict.why,
                "until": f"{verdict.until:%Y-%m-%dT%H:%M:%SZ}" if verdict.until else None,
            }
            for line, verdict in found.threads
        ],
        "feeds": [line.status.model_dump(mode="json") for line in found.feeds],
        "failing": [status.model_dump(mode="json") for status in found.failing],
        "arrivals": found.arrivals,
        "batches": [{**batch.model_dump(mode="json"), "exit_code": batch.exit_code} for batch in found.batches],
        "spend": [
            {"date": date, "calls": calls, "tokens": tokens, "price": price}
            for date, calls, tokens, price in found.spend
        ],
    }
