"""What is stored: versions, items, proofs, the site; and whether all is well."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline import terminal
from pipeline.commands import Home, Json, Slug, app, machine_of, tell


@app.command()
def show(
    slug: Slug,
    version: Annotated[int | None, typer.Option(min=1, help="A version; else the last.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="md|json", help="Markdown or JSON.")] = "md",
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show a version of a thread."""
    from pipeline.errors import UsageError
    from pipeline.publish.forms import version_json, version_markdown

    if form not in ("md", "json"):
        raise UsageError(f"there is no format {form!r}: give md or json")
    found = machine_of(home).archive.version(slug, version)
    print((version_json if as_json or form == "json" else version_markdown)(found), end="")
    return 0


@app.command()
def history(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """List a thread's versions, newest first."""
    found = machine_of(home).archive.versions(slug)[::-1]
    tell(
        {
            "thread": slug,
            "versions": [
                {
                    "version": v.version,
                    "made_at": f"{v.made_at:%Y-%m-%dT%H:%M:%SZ}",
                    "items": v.items.model_dump(),
                }
                for v in found
            ],
        },
        as_json,
        lambda: (
            [
                f"v{v.version}  {v.made_at:%Y-%m-%d %H:%M} UTC  "
                f"{v.items.total} items, {v.items.cited} cited  {v.thread.title}"
                for v in found
            ]
            or [f"no version yet: run `thread {slug}`"]
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
    found = machine_of(home).archive.difference(slug, before, after)
    tell(found.model_dump(mode="json"), as_json, partial(terminal.difference_lines, found))
    return 0


@app.command()
def item(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="The item's id.")],
    text: Annotated[bool, typer.Option("--text", help="The text it was read as, that offsets count in.")] = False,
    apart: Annotated[
        bool | None, typer.Option("--apart/--not-apart", help="It repeats no other item, whatever it looks like.")
    ] = None,
    take: Annotated[
        str | None, typer.Option(metavar="THREAD", help="Read it for this thread though it was set aside.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Show an item: what it claims, or the text it was read as."""
    from pipeline.publish.forms import item_json, item_markdown

    machine = machine_of(home)
    if apart is not None:
        machine.desk.set_apart(item_id, apart)
    if take:
        machine.desk.take(item_id, take)
    card, snapshot = machine.archive.item(item_id)
    if text:
        words = snapshot.text if snapshot else ""
        tell(
            {"id": item_id, "snapshot": snapshot.id if snapshot else None, "text": words},
            as_json,
            lambda: [words],
        )
    else:
        print((item_json if as_json else item_markdown)(card), end="")
    return 0


@app.command()
def verify(slug: Slug, home: Home = None, as_json: Json = False) -> int:
    """Prove a thread again, offline: every citation to its words, every sentence through the checks."""
    proofs = machine_of(home).archive.prove(slug)
    failed = [failure for proof in proofs for failure in proof.failures]
    totals = {
        key: sum(getattr(proof, key) for proof in proofs)
        for key in ("sentences", "readings", "citations", "resolved", "quotations", "exact")
    }
    tell(
        {
            "thread": slug,
            **totals,
            "failures": failed,
            "versions": [proof.model_dump(mode="json") for proof in proofs],
        },
        as_json,
        lambda: [
            f"{len(proofs)} versions, {totals['sentences']} sentences ({totals['readings']} the machine's own reading)",
            f"citations resolved: {totals['resolved']} of {totals['citations']}",
            f"quotations exact:   {totals['exact']} of {totals['quotations']}",
            *(f"FAILED {failure}" for failure in failed),
        ],
    )
    return 1 if failed else 0


@app.command()
def publish(home: Home = None, as_json: Json = False) -> int:
    """Bring the site after what is stored; only what changed is made again."""
    machine = machine_of(home)
    done = machine.publish()
    index = machine.site_folder / "index.html"
    tell(
        {"files": done.files, "made": done.made, "site": str(index)},
        as_json,
        lambda: [f"{done.files} files, {done.made} of them made now", f"site: {index}"],
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
    with machine.serving(port) as (address, wait):
        tell({"address": address}, as_json, lambda: [f"{address} serves {machine.site_folder}; Ctrl-C ends it"])
        sys.stdout.flush()
        wait()
    return 0


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    home: Home = None,
    as_json: Json = False,
) -> int:
    """Copy the store into a file, also while a batch is running."""
    machine_of(home).desk.backup(file)
    tell(
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
    machine_of(home, begin=True).desk.restore(file)
    tell({"file": str(file)}, as_json, lambda: [f"{file}: restored, and its site made"])
    return 0


@app.command()
def check(home: Home = None, as_json: Json = False) -> int:
    """Check settings, store and endpoint, with a plain verdict for each."""
    verdicts = machine_of(home, begin=True).check()
    tell(
        {name: {"ok": well, "verdict": verdict} for name, well, verdict in verdicts},
        as_json,
        lambda: [f"{'ok  ' if well else 'FAIL'}  {name:8}  {verdict}" for name, well, verdict in verdicts],
    )
    return 0 if all(well for _, well, _ in verdicts) else 1
