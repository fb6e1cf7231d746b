"""What a publication costs: queries do not grow with the items of a page, and templates are compiled once a program."""

import json
import random
import shutil

import sqlalchemy as sa

from pipeline.app.item_views import ItemViews
from pipeline.publish import render as rendering
from pipeline.publish import write as writing
from pipeline.publish.write import Files, Layer, SitePlan, Unit, write
from pipeline.store import items as item_store
from pipeline.store.database import Store
from tests.publish.test_records import ITEM


def test_views_of_many_items_take_the_queries_of_one(tmp_path):
    store, asked, ids = Store(tmp_path / "store.db"), [], [f"i{n}" for n in range(20)]
    with store.writing() as connection:
        for name in ids:
            item_store.save(connection, ITEM.model_copy(update={"id": name}), "a.example")

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        ItemViews(store, ids[:1])(ids[0])
        alone = len(asked)
        views = ItemViews(store, ids)
        assert [views(name).item.id for name in ids] == ids
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(asked) == 2 * alone
    store.close()


def test_a_template_is_compiled_once_and_again_where_its_code_cannot_be_read(tmp_path, monkeypatch):
    """In processes of one program: each has a cache of its own over the same folder."""
    monkeypatch.setattr(rendering.sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(rendering.sys, "dont_write_bytecode", False)
    compiled = []

    def rendered():
        environment = rendering._environment.__wrapped__("en")
        environment.bytecode_cache = rendering._Compiled()
        compile_ = environment.compile
        monkeypatch.setattr(environment, "compile", lambda *given: compiled.append(given[1]) or compile_(*given))
        return environment.get_template("words.css.j2").render(numbers=(1,), groups=("a",))

    first = rendered()
    assert rendered() == first
    assert compiled == ["words.css.j2"]
    [kept] = tmp_path.rglob("*.template")
    for damaged in (b"", b"j2", kept.read_bytes()[:30], kept.read_bytes()[:-40]):
        kept.write_bytes(damaged)
        assert rendered() == first
    assert len(compiled) == 5
    monkeypatch.setattr(rendering.sys, "pycache_prefix", "/proc/nowhere")  # not to be written
    assert rendered() == first


def test_of_two_generations_one_manifest_is_read_and_the_files_are_as_planned(tmp_path, monkeypatch):
    """Whatever comes, changes and goes, and also where the other generation is another than was left."""
    read, folder, chance = [], tmp_path / "site", random.Random(7)
    loads = json.loads

    def noted(text):
        read.append(len(text))
        return loads(text)

    def planned(keys):
        made = [
            Unit(name, key, lambda name=name, key=key: Files({f"{name}/index.html": key}, {}))
            for name, key in keys.items()
        ]
        return lambda _: SitePlan((Layer(lambda _: made),))

    keys = {f"u{n}": "0" for n in range(40)}
    monkeypatch.setattr(writing.json, "loads", noted)
    for round_ in range(30):
        for name in chance.sample(sorted(keys), 3):
            keys[name] = str(round_)
        keys.pop(chance.choice(sorted(keys)))
        keys[f"u{chance.randrange(60)}"] = f"new {round_}"
        if round_ % 10 == 9:  # somebody put another generation there
            other = next(p for p in tmp_path.glob(".site.[ab]") if p != folder.resolve().parent)
            shutil.rmtree(other)
            shutil.copytree(folder.resolve().parent, other)
        read.clear()
        write(planned(keys), folder)
        assert {path.parent.name: path.read_text() for path in folder.glob("*/index.html")} == keys
        whole = sum(size > len(keys) * 40 for size in read)
        assert whole == (0 if round_ == 0 else 2 if round_ in (9, 19, 29) else 1), round_
