"""A program that has imported what the command line needs. For each order, one line of JSON on standard input, it makes
a child that becomes the command line, and says the child's number and then how it ended.

    {"moment": "2026-03-03T08:00:00+00:00", "words": ["thread", "silence"], "out": FILE, "err": FILE, "waits": true}

Each child begins as the one before did and runs at a fixed moment, so that all make the same calls and the same bytes;
and none spends a second on imports. One that `waits` stops itself before it begins, to be taken by a tracer. `python`
stands for Python where the program starts Python: the site's search index is made so.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
from datetime import datetime
from functools import partial
from typing import Any

from pipeline.app import wiring
from pipeline.cli import main as cli
from pipeline.read.reader import DirectReader

_ANYBODY = (0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER, PR_SET_PTRACER_ANY: else only an ancestor may trace
_USED_LATER = (
    "alembic.command",
    "feedparser",
    "jinja2.ext",
    "minify_html",
    "openai.resources.chat",
    "sqlalchemy.dialects.sqlite",
    "tiktoken_ext.openai_public",
    "trafilatura",
)


def main() -> None:
    for module in _USED_LATER:
        importlib.import_module(module)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(order: dict[str, Any]) -> None:
    os.setsid()
    for number, file in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
        opened = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, number)
        os.close(opened)
    moment = datetime.fromisoformat(order["moment"])
    wiring.open_machine = partial(
        wiring.open_machine,
        clock=lambda: moment,
        reader=DirectReader(),  # a program apart is waited for by a thread, and calls of threads cannot be counted
    )
    sys.argv = ["run.py", *order["words"]]
    sys.executable = order["python"] or sys.executable
    if order["waits"]:
        ctypes.CDLL(None).prctl(*_ANYBODY)
        os.kill(os.getpid(), signal.SIGSTOP)
    cli.main()


if __name__ == "__main__":
    main()
