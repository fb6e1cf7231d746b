"""Commands that show what is stored: versions, items, proofs, the site; and checks, backups."""

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import format as terminal
from pipeline.cli.app import Home, Json, Slug, app, machine_of, print_result, stage_named


@app.command()
def show(
    slug: Slug,
    version: Annotated[int | None, typer.Option(min=1, help="A version; else the last.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="md|json", help="Markdown or JSON.")] = "md",
    losses: Annotated[
        bool, typer.Option("--losses", help="What was not kept as the model gave it, and why, in place of the page.")
    ] = False,
    settings: Annotated[
        bool, typer.Option("--settings", help="What its runs go by, and where it comes from, in place of the page.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show a version of a thread; or what it lost, and why; or its settings."""
    from pipeline.errors import UsageError
    from pipeline.publish.formats import version_json, version_markdown

    if form not in ("md", "json"):
        raise UsageError(f"there is no format {form!r}: give md or json")
    machine = machine_of(home)
    if settings:
        own = machine.own_settings(slug)
        print_result(terminal.settings_json(slug, own), as_json or form == "json", lambda: terminal.setting_lines(own))
        return 0
    thread_version = machine.queries.version(slug, version)
    if losses:
        lost = [loss.model_dump(mode="json") for loss in thread_version.made_by.losses]
        print_result(
            {"thread": slug, "version": thread_version.version, "losses": lost},
            as_json or form == "json",
            partial(terminal.loss_lines, thread_version),
        )
        return 0
    print((version_json if as_json or form == "json" else version_markdown)(thread_version), end="")
    return 0


@app.command()
def prompts(
    slug: Annotated[str, typer.Argument(help="A thread: what it would be asked with.", show_default=False)] = "",
    begin: Annotated[
        str, typer.Option("--from", metavar="STAGE", help="As a run from this stage: extract, synthesize …")
    ] = "fetch",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """List the prompts, or show what a thread's run would ask."""
    machine = machine_of(home)
    if not slug:
        lines = machine.prompts()
        print_result(
            {"prompts": [line.model_dump(mode="json") for line in lines]},
            as_json,
            partial(terminal.prompt_lines, lines),
        )
        return 0
    questions = machine.questions(slug, stage_named(begin))
    print_result(
        {
            "thread": slug,
            "questions": [each.model_dump(mode="json") for each in questions],
        },
        as_json,
        partial(terminal.question_lines, slug, questions),
    )
    return 0


@app.command()
def history(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """List a thread's versions, newest first."""
    queries = machine_of(home).queries
    versions, last = queries.versions(slug)[::-1], queries.last_run(slug)
    print_result(
        {
            "thread": slug,
            "versions": [
                {
                    "version": version.version,
                    "made_at": f"{version.made_at:%Y-%m-%dT%H:%M:%SZ}",
                    "items": version.items.model_dump(),
                }
                for version in versions
            ],
            "last_run": last.model_dump(mode="json") if last else None,
        },
        as_json,
        lambda: (
            terminal.history_lines(versions, queries.failed_since(slug)) if versions else [queries.why_no_version(slug)]
        ),
    )
    return 0


@app.command()
def diff(
    slug: Slug,
    before: Annotated[int, typer.Argument(min=1, help="The earlier version.")],
    after: Annotated[int, typer.Argument(min=1, help="The later version.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show what changed between two versions of a thread."""
    difference = machine_of(home).queries.difference(slug, before, after)
    print_result(difference.model_dump(mode="json"), as_json, partial(terminal.difference_lines, difference))
    return 0


@app.command()
def items(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """List a thread's items: what became of each, and why."""
    fates = machine_of(home).queries.fates(slug)
    print_result(
        {
            "thread": slug,
            "items": [
                {**item.model_dump(mode="json"), "fate": fate, "why": why, "number": number}
                for item, fate, why, number in fates
            ],
        },
        as_json,
        partial(terminal.item_lines, fates),
    )
    return 0


@app.command()
def item(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="The item's id.")],
    text: Annotated[bool, typer.Option("--text", help="The text it was read as, that offsets count in.")] = False,
    snapshot: Annotated[
        str | None, typer.Option(metavar="ID", help="With --text: as it was read at one time, not last.")
    ] = None,
    apart: Annotated[
        bool | None, typer.Option("--apart/--not-apart", help="It repeats no other item, whatever it looks like.")
    ] = None,
    take: Annotated[
        str | None, typer.Option(metavar="THREAD", help="Read it for this thread though it was set aside.")
    ] = None,
    drop: Annotated[
        bool | None,
        typer.Option("--drop/--restore", help="Take it from every thread, or undo that.", show_default=False),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show an item: what it claims, or the text it was read as."""
    from pipeline.errors import UsageError
    from pipeline.publish.formats import item_json, item_markdown

    if take and drop:
        raise UsageError("--drop takes an item from every thread, and --take gives it to one: give one of them")
    machine = machine_of(home)
    if apart is not None:
        machine.editor.set_apart(item_id, apart)
    if drop is not None:
        (machine.editor.drop if drop else machine.editor.restore_item)(item_id)
    if take:
        machine.editor.take(item_id, take)
    view, read = machine.queries.item(item_id, snapshot)
    if text:
        snapshot_text = read.text if read else ""
        print_result(
            {"id": item_id, "snapshot": read.id if read else None, "text": snapshot_text},
            as_json,
            lambda: [snapshot_text],
        )
    elif as_json:
        print(item_json(view), end="")
    elif decided := terminal.decision_lines(view, drop=drop, apart=apart, take=take):
        print("\n".join(decided))
    else:
        print(item_markdown(view), end="")
    return 0


@app.command()
def verify(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Prove a thread again, offline: every citation to its words, every sentence through the checks."""
    proofs = machine_of(home).queries.prove(slug)
    failures = [failure for proof in proofs for failure in proof.failures]
    totals = {
        key: sum(getattr(proof, key) for proof in proofs)
        for key in ("sentences", "readings", "citations", "resolved", "quotations", "exact")
    }
    print_result(
        {
            "thread": slug,
            **totals,
            "failures": failures,
            "versions": [proof.model_dump(mode="json") for proof in proofs],
        },
        as_json,
        lambda: [
            f"{len(proofs)} versions, {totals['sentences']} sentences ({totals['readings']} the machine's own reading)",
            f"citations resolved: {totals['resolved']} of {totals['citations']}",
            f"quotations exact:   {totals['exact']} of {totals['quotations']}",
            *(f"FAILED {failure}" for failure in failures),
        ],
    )
    return 1 if failures else 0


@app.command()
def publish(home: Home = None, as_json: Json = False) -> int:
    """Regenerate the site from what is stored; only what changed is made again."""
    machine = machine_of(home)
    counts = machine.publish()
    index = machine.site_folder / "index.html"
    print_result(
        {"files": counts.files, "made": counts.made, "site": str(index)},
        as_json,
        lambda: [f"{counts.files} files, {counts.made} of them made now", f"site: {index}"],
    )
    return 0


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Serve the site on this machine, for reading."""
    machine = machine_of(home)
    with machine.serving(port) as (address, serve_forever):
        print_result({"address": address}, as_json, lambda: [f"{address} serves {machine.site_folder}; Ctrl-C ends it"])
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
            serve_forever()
    return 0


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Copy the store into a file, also while a batch is running."""
    machine_of(home).editor.backup(file)
    print_result(
        {"file": str(file)},
        as_json,
        lambda: [f"{file}: the whole store; `restore` puts it into a new home"],
    )
    return 0


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `backup` made.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Fill an empty store from a backup, whichever database it is on, and make its site."""
    machine = machine_of(home, begin=True)
    machine.editor.restore(file)
    machine.publish()
    print_result({"file": str(file)}, as_json, lambda: [f"{file}: restored, and its site made"])
    return 0


@app.command()
def check(
    test_message: Annotated[
        bool, typer.Option("--test-message", help="Send one to where you are told of news ([notify]).")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Check settings, store, endpoint and where you are told of news: a plain verdict for each."""
    verdicts = machine_of(home, begin=True).check(test_message=test_message)
    print_result(
        {name: {"ok": well, "verdict": verdict} for name, well, verdict in verdicts},
        as_json,
        lambda: [f"{'ok  ' if well else 'FAIL'}  {name:8}  {verdict}" for name, well, verdict in verdicts],
    )
    return 0 if all(well for _, well, _ in verdicts) else 1
