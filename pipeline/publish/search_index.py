"""The search index of a site: made by pagefind from the pages themselves, searched by the reader's own browser.

It is made in parts of some hundred pages, which the browser searches side by side: a page that changed costs its part
made again, and the memory of one. Pages of one shelf (a thread and its items, which change together) are in one part.
A part's name is a digest of its pages, so that one that is there is as it should be. The parts stand beside the site's
generations, and a link in each leads to them: the pages are published first. A part has an index for each language that
its pages are in: what counts as one word, and as forms of one, is of the language.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.publish.write import SearchedPage, searched_pages
from pipeline.text import short_hash

FOLDER = "pagefind"
LISTING = "parts.json"
_SCRIPTS = ("pagefind.js", "pagefind-worker.js")
_NEEDED = ("pagefind-entry.json", "*.pf_meta", "wasm.*", "fragment/*", "index/*")
_COMPRESSED = ("*.pf_meta", "wasm.*", "fragment/*", "index/*")
_MOST_PAGES = 512  # of a part, on average: 1 s of CPU and 80 MB (November 2026); a search asks for three files of each
_SHORTEST_TIMEOUT_S = 60  # the dictionaries of Japanese and Chinese alone take 4 to 9 (two busy cores, November 2026)
_PAGES_A_SECOND = 20  # pagefind reads hundreds; without a timeout, one that cannot write would wait for ever


def index(site: Path, pages: Sequence[SearchedPage] | None = None) -> bool:
    """Brings the index of the site `site`, which has these `pages`, up to date; returns whether it could. Where it
    could not, the last whole one stands; a site without any is complete, and its search page says so."""
    folder = site.absolute().with_name(f".{site.name}.{FOLDER}")
    try:
        folder.mkdir(exist_ok=True)
        parts = _parts(searched_pages(site) if pages is None else pages)
        languages: dict[str, list[str]] = {}
        for name, paths in parts.items():
            if not (folder / name).is_dir() and not _make(folder, name, site, paths):
                return False
            for language in json.loads((folder / name / "pagefind-entry.json").read_bytes())["languages"]:
                languages.setdefault(language, []).append(name)
        _list(folder, languages)
        if not (site / FOLDER).is_symlink():
            (site / FOLDER).symlink_to(Path("../..") / folder.name, target_is_directory=True)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _parts(pages: Iterable[SearchedPage]) -> dict[str, list[str]]:
    """The paths of each part's pages, by the part's name. How many parts there are doubles where the pages do, so that
    they are rarely divided anew."""
    ordered, count = sorted(pages), 1
    while count * _MOST_PAGES < len(ordered):
        count *= 2
    number = {shelf: int(short_hash(shelf, length=8), 16) % count for shelf in {page.shelf for page in ordered}}
    divided: dict[int, list[SearchedPage]] = {}
    for page in ordered:
        divided.setdefault(number[page.shelf], []).append(page)
    return {
        short_hash(*(f"{page.path} {page.digest}" for page in part), length=16): [page.path for page in part]
        for _, part in sorted(divided.items())
    }


def _make(folder: Path, name: str, site: Path, pages: Sequence[str]) -> bool:
    """Makes the part `name` of these pages, and returns whether it could. Only the files that a search asks for are
    kept, and none of an incomplete part."""
    work = folder / ".new"
    shutil.rmtree(work, ignore_errors=True)
    files = site.resolve()
    for page in pages:
        link = work / "pages" / page
        link.parent.mkdir(parents=True, exist_ok=True)
        os.link(files / page, link)
    part = work / "part"
    timeout_s = _SHORTEST_TIMEOUT_S + len(pages) / _PAGES_A_SECOND
    command = [sys.executable, "-P", "-m", "pagefind", "--site", str(work / "pages"), "--output-path", str(part)]
    command += ["--keep-index-url", "--quiet"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=timeout_s)  # noqa: S603 - our own words, no shell
        complete = _is_complete(part)
    except (OSError, subprocess.SubprocessError):
        complete = False
    if complete:
        for script in _SCRIPTS:  # of all parts, which are made by one program
            (part / script).replace(folder / script)
        needed = {file for pattern in _NEEDED for file in part.glob(pattern)}
        for file in part.iterdir():
            if file.is_file() and file not in needed:
                file.unlink()
        part.replace(folder / name)
    shutil.rmtree(work, ignore_errors=True)
    return complete


def _list(folder: Path, languages: Mapping[str, Sequence[str]]) -> None:
    """Puts the parts of each language where a search finds them, and removes those that neither this listing has nor
    the one before, with which somebody may still be searching."""
    listing, new = folder / LISTING, folder / f"{LISTING}.new"
    try:
        last = json.loads(listing.read_text(encoding="utf-8"))
        replaced, before = _names(last["languages"]), set(last["before"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # the first, or damaged
        replaced, before = set(), set()
    if replaced != _names(languages):
        before = replaced
        new.write_text(json.dumps({"languages": languages, "before": sorted(before)}), encoding="utf-8")
        new.replace(listing)
    for part in folder.iterdir():
        if part.is_dir() and part.name not in before | _names(languages):
            shutil.rmtree(part, ignore_errors=True)


def _names(languages: Mapping[str, Sequence[str]]) -> set[str]:
    return {name for names in languages.values() for name in names}


def _is_complete(folder: Path) -> bool:
    """Whether all that the search page may ask for is there to its last byte: pagefind reports success even where the
    disk was full."""
    contents, stems = dict[str, bytes](), {file.stem for file in folder.glob("*/*.pf_*")}
    try:
        for pattern in _COMPRESSED:
            contents |= {file.name: gzip.decompress(file.read_bytes()) for file in folder.glob(pattern)}
        for language, entry in json.loads((folder / "pagefind-entry.json").read_bytes())["languages"].items():
            wasm = entry["wasm"] or "unknown"  # of a language without word stems
            named = rf"{re.escape(language)}_[0-9a-f]{{7,}}".encode()
            parts = re.findall(named, contents[f"pagefind.{entry['hash']}.pf_meta"])
            if f"wasm.{wasm}.pagefind" not in contents or not stems.issuperset(p.decode() for p in parts):
                return False
        scripts = ((folder / name).read_bytes() for name in _SCRIPTS)
        return all(contents.values()) and all(scripts)
    except (OSError, EOFError, ValueError, KeyError, zlib.error):
        return False
