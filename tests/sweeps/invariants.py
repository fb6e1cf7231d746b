"""What has to hold after a disturbed run, and after the one that follows it. Each is a function that says what is wrong,
or nothing; I1 to I9 are the numbers the design gives them."""

import json
import re
from collections.abc import Callable, Set
from itertools import chain, pairwise

from pipeline.store.schema import IMMUTABLE
from tests.sweeps.homes import State
from tests.sweeps.scenes import Case, Scene

_TELL_WHAT_HAPPENED = {"runs"}
"""Tables that may differ: the report of a run that was disturbed says so."""

_ITEM_RECORD = 3
_FETCH_ITEM, _FETCH_POSITION = 0, 2
_STATES = {"pending", "read", "failed", "withdrawn"}
_FINISHED, _TOLD = 0, 1


def it_ends_as_it_should(scene: Scene, case: Case) -> str:
    """A kill kills. After an error the program ends by itself: with 0 where it did what it says, else with a message of
    its own, and never with the interpreter's."""
    code, said = case.ended.code, case.ended.err
    if case.fault == "kill" and scene.name != "search":
        return "" if code in (-9, 137) else f"it was not killed, but ended with {code}"
    if code is None:
        return "it hangs"
    if "Traceback" in said or "Exception ignored" in said:
        return f"it ends with a traceback: {said.strip().splitlines()[-1]}"
    if code == _FINISHED:
        done = case.left.state.tables.get("versions") == scene.reference.seen.state.tables.get("versions")
        done = done and case.left.state.site in scene.sites()[1:]
        return "" if done or case.outside_failed else "it says it is done, and is not"
    if code != _TOLD:
        return f"it ends with {code}"
    told = any(line.startswith(("error: ", "failed: ")) for line in (said + case.ended.out).splitlines())
    unheard = case.call.shows or (case.fault == "full" and case.call.kind == "write")
    return "" if told or unheard else "it ends with 1 and does not say why"


def i1_no_answer_is_paid_for_twice(scene: Scene, case: Case) -> str:
    """But for one that was under way. Another world asks other questions."""
    if case.outside_failed:
        return ""
    asked, least = len(case.left.asked) + len(case.after.asked), len(scene.reference.seen.asked)
    return f"{asked} questions were asked where {least} are enough" if asked > least + 1 else ""


def i9_the_ledger_tells_what_was_spent(scene: Scene, case: Case) -> str:
    kept = case.left.state.kept_tokens() - scene.at_first.kept_tokens()
    least = sum(case.left.asked) - max(case.left.asked, default=0)
    return f"{kept} tokens are kept where at least {least} were answered" if kept < least else ""


def i2_what_never_changes_has_not_changed(scene: Scene, case: Case) -> str:
    states = (scene.at_first, case.left.state, case.after.state)
    lost = [
        table
        for earlier, later in pairwise(states)
        for table in IMMUTABLE
        if not earlier.tables.get(table, frozenset()) <= later.tables.get(table, frozenset())
    ]
    return f"rows are gone from {', '.join(lost)}" if lost else ""


def i3_every_citation_yields_its_words(scene: Scene, case: Case) -> str:
    ends = (case.left.proof, case.after.proof)
    return f"`verify` ends with {ends}" if set(ends) != {scene.reference.seen.proof} else ""


def i4_the_site_is_one_or_the_other(scene: Scene, case: Case) -> str:
    """The site from before or that from after; where the outside failed, what the store makes."""
    if case.left.state.site in ([case.left.remade] if case.outside_failed else scene.sites()):
        return ""
    return f"the site of {len(case.left.state.site)} files is none of those it may be"


def i5_the_site_is_not_ahead_of_the_store(scene: Scene, case: Case) -> str:
    stored = {f"threads/{row[0]}/v{row[1]}/index.html" for row in case.left.state.tables.get("versions", ())}
    shown = {name for name in case.left.state.site if name.startswith("threads/") and name.split("/")[2][0] == "v"}
    ahead = {name for name in shown if name.endswith("/index.html") and "/changes/" not in name} - stored
    return f"the site shows what is not stored: {sorted(ahead)}" if ahead else ""


def i6_every_item_is_done_failed_or_pending(_: Scene, case: Case) -> str:
    items = [json.loads(row[_ITEM_RECORD]) for row in case.left.state.tables.get("items", ())]
    lost = [item["url"] for item in items if item["state"] not in _STATES]
    lost += [item["url"] for item in items if item["state"] == "failed" and not item["reason"]]
    texts = {row[1] for row in case.left.state.tables.get("snapshots", ())}
    lost += [i["url"] for i in items if i["state"] == "read" and i["evidence"] != "title only" and i["id"] not in texts]
    return f"items are neither: {lost}" if lost else ""


def i7_the_database_is_whole(_: Scene, case: Case) -> str:
    return "; ".join(chain(case.left.state.integrity, case.after.state.integrity))


def i8_running_again_comes_to_the_same(scene: Scene, case: Case) -> str:
    """The same site from the same manifest, and the same rows in every table but those that tell what happened. Where
    the outside failed the thread came there in two steps, and the site has to be what the store makes."""
    wanted = scene.reference.seen.state
    if case.again.code != scene.reference.ended.code:
        return f"the next run ends with {case.again.code}: {case.again.err.strip()[-200:]}"
    if case.outside_failed:
        return "" if case.after.state.site == case.after.remade else "the site is not what the store makes"
    differ = [name for name in wanted.tables if _rows(case.after.state, name) != _rows(wanted, name)]
    if case.after.state.site != wanted.site:
        differ.append("the site")
    if case.after.state.made != wanted.made:
        differ.append("its manifest")
    return f"other than after an undisturbed run: {', '.join(differ)}" if differ else ""


def _rows(state: State, table: str) -> object:
    """What has to be the same. A page that was asked for twice came later, but not in another order."""
    rows = state.tables.get(table)
    if table in _TELL_WHAT_HAPPENED or rows is None:
        return None
    if table == "fetches":
        in_order = sorted(rows, key=lambda row: (row[_FETCH_ITEM], row[_FETCH_POSITION]))
        return [row[:_FETCH_POSITION] + row[_FETCH_POSITION + 1 :] for row in in_order]
    return rows


def nothing_is_left_behind(scene: Scene, case: Case) -> str:
    """The search index keeps the parts of the site before, which is another one where the outside failed."""
    there, wanted = case.after.state.names, scene.reference.seen.state.names
    more = there - wanted
    if case.outside_failed and len(_parts_of_index(there)) <= len(_parts_of_index(wanted)):
        more -= _parts_of_index(more)
    return f"left behind: {', '.join(sorted(more))}" if more else ""


def _parts_of_index(names: Set[str]) -> Set[str]:
    return {name for name in names if re.fullmatch(r"\.site\.pagefind/[0-9a-f]{16}", name)}


INVARIANTS: tuple[Callable[[Scene, Case], str], ...] = (
    it_ends_as_it_should,
    i1_no_answer_is_paid_for_twice,
    i9_the_ledger_tells_what_was_spent,
    i2_what_never_changes_has_not_changed,
    i3_every_citation_yields_its_words,
    i4_the_site_is_one_or_the_other,
    i5_the_site_is_not_ahead_of_the_store,
    i6_every_item_is_done_failed_or_pending,
    i7_the_database_is_whole,
    i8_running_again_comes_to_the_same,
    nothing_is_left_behind,
)


def broken(scene: Scene, case: Case) -> list[str]:
    """Each invariant that does not hold, with what is wrong."""
    said = ((invariant.__name__, invariant(scene, case)) for invariant in INVARIANTS)
    return [f"{name}: {wrong}" for name, wrong in said if wrong]
