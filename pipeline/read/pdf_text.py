"""The text of a PDF that has a text layer, and what the file says of itself.

Run as a program of its own, with its own ceiling of memory and time: a file made to break the parser breaks that
program and nothing else. Bytes on standard input; on standard output a JSON object of title, author, date and text.
"""

import json
import re
import resource
import statistics
import subprocess
import sys
from typing import NamedTuple

from pipeline.errors import Unreadable

_SECONDS = 20
_MEMORY = 1 << 30
_MOST_PAGES = 200
_DIVIDED = "\ufffe"  # what the library puts where a line's end divides a word


class PdfText(NamedTuple):
    """What a PDF holds. `text` has one paragraph a line; it is empty where the pages are pictures."""

    title: str
    author: str
    date: str
    text: str


def read_pdf(body: bytes, url: str) -> PdfText:
    """The text of the PDF in `body`. Raises Unreadable where there is none, or it takes too much."""
    words = [sys.executable, "-m", "pipeline.read.pdf_text"]
    try:
        done = subprocess.run(words, input=body, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603 - ours
        found = PdfText(**json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, TypeError) as error:
        raise Unreadable("unreadable PDF", f"{url} is a PDF that could not be read: it was set aside") from error
    if not found.text:
        raise Unreadable("PDF without text", f"{url} is a PDF of pictures: it was set aside")
    return found


def paragraphs(pages: list[str]) -> str:
    """The pages' lines as paragraphs, one a line. A paragraph ends at a short line that ends a sentence; a word
    divided at a line's end is whole again; lines that most pages share, and bare page numbers, are left out."""
    whole = [re.sub(f"{_DIVIDED}[\\r\\n]*", "", page) for page in pages]
    lines = [[line.strip() for line in re.split(r"[\r\n]+", page) if line.strip()] for page in whole]
    shared = _shared(lines)
    flat = [
        line for page in lines for line in page if line not in shared and not re.fullmatch(r"[\divxlc. -]{1,9}", line)
    ]
    if not flat:
        return ""
    usual = statistics.median(len(line) for line in flat)
    found, current = [], ""
    for line in flat:
        joined = current[:-1] + line if re.search(r"\w-$", current) and line[:1].islower() else f"{current} {line}"
        current = joined.strip()
        if len(line) < 0.8 * usual and re.search(r"[.!?:]['\"”’)\]]*$", line):
            found.append(current)
            current = ""
    return "\n".join([*found, current] if current else found)


def _shared(pages: list[list[str]]) -> set[str]:
    """First and last lines that stand on most of at least three pages: running heads and feet."""
    edges = [{*page[:1], *page[-1:]} for page in pages if page]
    return {
        line for edge in edges for line in edge if len(edges) > 2 and sum(line in e for e in edges) > len(edges) / 2
    }


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    count = min(len(document), _MOST_PAGES)
    text = paragraphs([document[number].get_textpage().get_text_range() for number in range(count)])
    said = document.get_metadata_dict()
    day = re.match(r"D:(\d{4})(\d\d)?(\d\d)?", said.get("CreationDate", ""))
    date = "-".join(part for part in day.groups() if part) if day else ""
    found = PdfText(said.get("Title", ""), said.get("Author", ""), date, text)
    sys.stdout.write(json.dumps(found._asdict()))


if __name__ == "__main__":
    _main()
