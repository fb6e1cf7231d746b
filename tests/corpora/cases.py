"""The folder of small cases that its README tells what is right for: what stands in its files, and what they leave to be
written out."""

import os
import re
from html import unescape
from itertools import count
from pathlib import Path

import pytest

FOLDER = os.environ.get("INFORMATION_MACHINE_CASES")
CASES = Path(FOLDER or "")
where_they_are = pytest.mark.skipif(not FOLDER, reason="INFORMATION_MACHINE_CASES names no folder of cases")


def case(name: str) -> str:
    """The text of a file, by its folder and name."""
    return (CASES / name).read_text()


def words(many: int, about: str) -> str:
    """So many words of an article, or a sentence more."""
    sentences = [f"In week {n} the engineer counted {n * 7 + 3} litres at {about}." for n in range(many // 10 + 1)]
    return " ".join(sentences)


def written_out(name: str, port: object = 0) -> str:
    """The text of a file with what it leaves to be written out: words of its own, and the port of a server."""
    number, stem = count(1), Path(name).stem
    filled = re.sub(r"\([^()]*?(\d+) words[^()]*\)", lambda m: words(int(m[1]), f"{stem} {next(number)}"), case(name))
    return filled.replace("PORT", str(port))


def page(start: str) -> str:
    """The name of the page that begins so."""
    (found,) = (file.name for file in (CASES / "pages").iterdir() if re.match(rf"{start}[-_]", file.name))
    return found


def paragraphs(name: str) -> list[str]:
    """The words of every paragraph of a page, as its markup has them."""
    found = re.findall(r"<p\b[^>]*>(.*?)(?=</?p\b)", case(f"pages/{name}"), re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]*>", "", each)).split()) for each in found]
