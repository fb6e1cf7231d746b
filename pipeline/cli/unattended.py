"""Commands for what runs unattended: watched feeds, the threads they bring, batches and workers, status."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import format as terminal
from pipeline.cli.app import STOP_SIGNAL, Home, Json, Slug, app, machine_of, print_result
from pipeline.cli.progress import batch_progress, print_left_out


@app.command()
def watch(
    feed: Annotated[list[str] | None, typer.Option(help="Watch this feed, or the one this page names.")] = None,
    opml: Annotated[list[Path] | None, typer.Option(help="Watch the feeds of this list.")] = None,
    drop: Annotated[list[str] | None, typer.Option(metavar="FEED", help="Watch it no more.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show, add or drop the feeds that threads are found in."""
    from pipeline.fetch.source_list import SourceList

    machine = machine_of(home, begin=bool(feed or opml))
    if feed or opml:
        source_list = SourceList(feeds=feed or (), opml=opml or ())
        print_left_out(source_list)
        machine.editor.watch(source_list)
    for address in drop or ():
        machine.editor.unwatch(address)
    feeds = machine.queries.watched(machine.clock(), machine.settings.batch)
    print_result(
        {"feeds": [terminal.feed_json(line) for line in feeds]},
        as_json,
        lambda: (
            [terminal.feed_line(line) for line in feeds]
            or ["no feed is watched: add some with `watch --feed URL` or `watch --opml FILE`"]
        ),
    )
    return 0


@app.command()
def block(
    host: Annotated[str, typer.Argument(help="The host; what is below it is meant too.", show_default=False)] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Allow it again.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Show the hosts that are blocked.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Block a host: nothing of it is fetched or taken any more. Its items stay."""
    from pipeline.errors import UsageError

    if bool(host) == show_list or (undo and show_list):
        raise UsageError("name a host to block, or give --list alone")
    machine = machine_of(home)
    if show_list:
        hosts = machine.queries.blocked()
        print_result(
            {"hosts": [{"host": name, "since": f"{since:%Y-%m-%dT%H:%M:%SZ}"} for name, since in hosts.items()]},
            as_json,
            lambda: [f"{name}  since {since:%Y-%m-%d}" for name, since in hosts.items()] or ["no host is blocked"],
        )
        return 0
    name = machine.editor.unblock(host) if undo else machine.editor.block(host)
    done = "is not blocked any more" if undo else "is blocked: nothing of it is fetched or taken; its items stay"
    print_result({"host": name, "blocked": not undo}, as_json, lambda: [f"{name} {done}"])
    return 0


@app.command()
def batch(
    plan: Annotated[bool, typer.Option("--plan", help="Say what is due and what it would cost; do nothing.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Do all that is due: watch, sort, run threads, tell the day, publish."""
    machine = machine_of(home)
    if plan:
        queue, plans = machine.queue()
        queue_json = {
            "due": [{"thread": thread.slug, "why": why} for thread, why in queue.due],
            "waiting": [waiting.model_dump(mode="json") for waiting in queue.waiting],
            "feeds": queue.feeds,
            "plans": [
                {**run_plan.model_dump(mode="json"), "calls": run_plan.calls, "tokens": run_plan.tokens}
                for run_plan in plans
            ],
        }
        print_result(queue_json, as_json, lambda: terminal.queue_lines(queue, plans))
        return 1 if any(run_plan.problems for run_plan in plans) else 0
    with batch_progress(machine.clock) as progress:
        report = machine.batch(progress)
    print_result(
        {**report.model_dump(mode="json"), "exit_code": report.exit_code},
        as_json,
        lambda: terminal.batch_lines(report),
    )
    return report.exit_code


@app.command("worker")
def work(
    site: Annotated[bool, typer.Option("--site/--no-site", help="Keep the site of this home.")] = True,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Do what is due until told to stop, beside other workers on the same PostgreSQL store."""
    from pipeline.app.wiring import make_worker

    machine = machine_of(home)
    with batch_progress(machine.clock) as progress:
        make_worker(machine, progress, STOP_SIGNAL, site=site).run()
    print_result({"stopped": True}, as_json, lambda: ["stopped: what was fetched and answered is kept"])
    return 0


@app.command()
def status(
    days: Annotated[int, typer.Option(min=1, max=366, help="So many batches, and days of spending.")] = 14,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show how it goes: threads, feeds, batches, failures, spending by day."""
    overview = machine_of(home).status(days)
    print_result(terminal.status_json(overview), as_json, lambda: terminal.status_lines(overview))
    return 0


@app.command()
def accept(
    slug: Slug,
    title: Annotated[str, typer.Option(help="Another title than the proposed one.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Begin a proposed thread."""
    machine_of(home).editor.accept(slug, title)
    print_result({"thread": slug, "state": "live"}, as_json, lambda: [f"{slug} is live: the next batch runs it"])
    return 0


@app.command()
def decline(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Decline a proposed thread, for good."""
    machine_of(home).editor.decline(slug)
    print_result(
        {"thread": slug, "state": "declined"}, as_json, lambda: [f"{slug} is declined: it is not proposed again"]
    )
    return 0


@app.command()
def rename(
    slug: Slug,
    title: Annotated[str, typer.Option(help="What the discussion is about.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Say anew what a thread is about; its address stays."""
    machine = machine_of(home)
    machine.editor.rename(slug, title)
    machine.publish()
    print_result({"thread": slug, "title": title}, as_json, lambda: [f"{slug}: {title}"])
    return 0


@app.command()
def merge(
    slug: Slug,
    into: Annotated[str, typer.Argument(help="The thread that goes on with its items.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Merge a thread into another; its versions stay."""
    machine = machine_of(home)
    machine.editor.merge(slug, into)
    machine.publish()
    print_result(
        {"thread": slug, "merged_into": into}, as_json, lambda: [f"{slug} is closed; {into} goes on with its items"]
    )
    return 0


@app.command()
def split(
    slug: Slug,
    new: Annotated[str, typer.Argument(help="The new thread's address.")],
    title: Annotated[str, typer.Option(help="What the new discussion is about.")],
    item: Annotated[list[str] | None, typer.Option(metavar="ID", help="An item that goes there.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Make a thread of its own of some of a thread's items."""
    machine_of(home).editor.split(slug, new, title, item or ())
    print_result({"thread": slug, "new": new}, as_json, lambda: [f"{new} has {len(item or ())} items of {slug}"])
    return 0
