"""The text of a PDF that has a text layer, and what the file says of itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import Unreadable

_SECONDS = 20
_MOST_UNMAPPED = 0.1
_BEGIN = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_module(sys.argv[2], run_name='__main__')"
_WHERE = str(Path(__file__).resolve().parents[__name__.count(".")])
"""The folder that holds this package, which the program looks in first: never the current one, whatever it holds."""
_PROGRAM = __name__.rpartition(".")[0] + ".pages"


class PdfText(NamedTuple):
    """What a PDF holds. `text` has one paragraph a line; it is empty where the pages are pictures. `whole` is False
    where pages were left out: too many, too slow, broken, or pictures among the others. `unmapped` is the share of
    letters that the file draws without saying which they are."""

    title: str
    author: str
    date: str
    text: str
    whole: bool = True
    unmapped: float = 0.0


def read_pdf(body: bytes, url: str) -> PdfText:
    """The text of the PDF in `body`. Raises Unreadable where there is none, where its letters cannot be told, or where
    it takes too much."""
    try:
        done = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-P", "-c", _BEGIN, _WHERE, _PROGRAM],
            input=body,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        found = PdfText(**json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, TypeError) as error:
        raise Unreadable("unreadable PDF", f"{url} is a PDF that could not be read: it was set aside") from error
    if found.unmapped > _MOST_UNMAPPED:
        raise Unreadable("PDF of unknown letters", f"{url} is a PDF that does not say its letters: it was set aside")
    if not found.text:
        raise Unreadable("PDF without text", f"{url} is a PDF of pictures: it was set aside")
    return found
