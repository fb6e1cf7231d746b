"""What became of each item, and an operator's word on it; what is under way, and what each thread cost."""

from contextlib import closing

import pytest
import sqlalchemy as sa

from pipeline import testing
from pipeline.errors import ModelUnavailable, UsageError
from pipeline.store import schema
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, follow, run_again, store_of, version_of

pytestmark = pytest.mark.both_databases(every=3)

B, COPY, GONE = "http://b.example/b", "http://c.example/c", "http://d.example/d"


def fates_of(machine):
    return {each.item.url: each for each in machine.queries.fates("silence")}


def test_every_item_says_what_became_of_it_and_why(machine, pages):
    pages.pages[COPY] = testing.article("Silence and sums", *SILENCE)
    pages.pages[B] = testing.article("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    follow(machine, ARTICLE, COPY, GONE, B)
    assert {each.fate for each in fates_of(machine).values()} <= {"waits"}
    run_again(machine)
    found = fates_of(machine)
    assert (found[ARTICLE].fate, found[ARTICLE].number) == ("used", 1)
    assert (found[COPY].fate, found[COPY].why) == ("folded", f"a copy of {found[ARTICLE].item.id}")
    assert (found[GONE].fate, found[GONE].why) == ("failed", "http 404")
    machine.editor.drop(found[B].item.id)
    assert fates_of(machine)[B].fate == "dropped"


def test_what_is_read_waits_for_a_page_where_none_is_written(machine, script):
    follow(machine, ARTICLE)
    script.answers["page"] = ModelUnavailable("the endpoint does not take this key")
    run_again(machine)
    [found] = fates_of(machine).values()
    assert (found.fate, found.why) == ("waits", "read, and no page is written yet")


@pytest.mark.both_databases
def test_a_dropped_item_is_restored_in_every_thread(machine, pages):
    pages.pages[B] = testing.article("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    follow(machine, ARTICLE, B)
    run_again(machine)
    before = [source["item"] for source in version_of(machine)["sources"]]
    dropped = fates_of(machine)[B].item.id
    machine.editor.drop(dropped)
    run_again(machine)
    cited = {claim["item"] for claim in version_of(machine)["claims"].values()}
    assert dropped not in cited
    machine.editor.restore_item(dropped)
    run_again(machine)
    assert fates_of(machine)[B].fate == "used"
    assert [source["item"] for source in version_of(machine)["sources"]] == before
    with pytest.raises(UsageError, match="was dropped from no thread"):
        machine.editor.restore_item(dropped)


def test_the_status_says_what_is_under_way_and_what_each_thread_cost(machine):
    follow(machine, ARTICLE)
    spent = run_again(machine)
    assert machine.status(14).under_way == ()
    with machine.store.lock("silence", "a run"), machine.store.lock("_batch", "a batch"):
        assert [what for what, _ in machine.status(14).under_way] == ["the batch", "silence"]
    [(slug, calls, tokens, _)] = machine.status(14).thread_spend
    assert (slug, calls, tokens) == ("silence", spent.model_calls, spent.prompt_tokens + spent.completion_tokens)


def test_by_command(run, home, thread):
    run("thread", "silence", "--home", home)
    [item] = run("items", "silence", "--home", home, "--json").json["items"]
    assert (item["fate"], item["number"]) == ("used", 1)
    assert f"{item['id']}  [1]" in run("items", "silence", "--home", home).out
    dropped = run("item", item["id"], "--drop", "--home", home).out.splitlines()
    assert dropped == [
        f"{item['id']} is dropped: no page has it from the next version on",
        "run it now with `thread silence`",
    ]
    assert "dropped by the operator" in run("items", "silence", "--home", home).out
    assert run("item", item["id"], "--restore", "--home", home).code == 0
    assert run("item", item["id"], "--restore", "--home", home).code == 2
    with closing(store_of(home)) as store, store.lock("silence", "a run"):
        assert "under way: silence, by" in run("status", "--home", home).out


@pytest.mark.both_databases
def test_a_deleted_thread_leaves_nothing_but_a_backup(run, home, thread, web):
    web.pages["/shared"] = doubles.page("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    run("sources", "silence", "--page", f"{web.base}/shared", "--home", home)
    run("new", "other", "--title", "O", "--page", f"{web.base}/shared", "--home", home)
    for slug in ("silence", "other"):
        run("thread", slug, "--home", home)
    gone = [i["id"] for i in run("items", "silence", "--home", home, "--json").json["items"] if i["url"].endswith("/a")]
    shown = run("show", "other", "--home", home).out
    asked = run("delete", "silence", "--home", home)
    assert (asked.code, "--yes" in asked.err) == (2, True)
    deleted = run("delete", "silence", "--yes", "--home", home, "--json")
    assert deleted.code == 0, deleted.err
    assert run("show", "silence", "--home", home).code == run("item", gone[0], "--home", home).code == 2
    assert not (home / "site/threads/silence").exists()
    assert not (home / "site/items" / gone[0]).exists()
    assert b"threads/silence" not in (home / "site/today/index.html").read_bytes()
    assert run("show", "other", "--home", home).out == shown
    assert run("verify", "other", "--home", home).code == 0
    with closing(store_of(home)) as store, store.writing() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(sa.delete(schema.versions))  # refused, as before
    again = home.parent / "again"
    assert run("restore", deleted.json["backup"], "--home", again).code == 0
    assert run("verify", "silence", "--home", again).code == 0
