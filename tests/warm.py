"""What processes of the tests are forked from (`tests/program.py`): it imports all that they use, and runs a thread once, so
that templates and patterns are compiled and vocabularies are read."""

import importlib
import os
import tempfile
import threading
from pathlib import Path

from pipeline import testing
from pipeline.model.tokens import count_tokens
from tests import doubles
from tests.program import lighten

USED_LATER = (
    "alembic.command",
    "feedparser",
    "openai.resources.chat",
    "pipeline.app.worker",
    "psycopg_pool",
    "sqlalchemy.dialects.postgresql.psycopg",
    "tests.sweeps.kills",
    "tests.workers",
    "tests.world",
)
PAGE = "http://a.example/a"


def warm() -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        os.environ.pop(name, None)
    for module in USED_LATER:
        importlib.import_module(module)
    lighten()
    clock = testing.FixedClock(doubles.NOW)
    article = testing.article("The ferry", "The ferry was late on Sunday, as the keeper said.")
    with tempfile.TemporaryDirectory() as folder:
        pages = testing.PagesFromDict({PAGE: article}, clock)
        machine = testing.machine(Path(folder) / "home", pages, testing.ScriptedModel(), clock)
        machine.new("ferry", "The ferry", pages=[PAGE])
        machine.run("ferry")
        machine.publish()
        machine.close()
    count_tokens("The ferry")
    assert threading.active_count() == 1, "what other threads hold is lost in a fork"


warm()
