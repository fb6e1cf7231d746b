"""The search index of a site: made by pagefind from the pages themselves, searched by the reader's own browser. It has
a part for each language that pages are in: what counts as one word, and as forms of one, is of the language.
"""

import gzip
import json
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

FOLDER = "pagefind"
_NEEDED = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "fragment/*", "index/*")
_COMPRESSED = ("*.pf_meta", "wasm.*", "fragment/*", "index/*")
_PAGES = "{threads,items,today}/*/index.html"
_SHORTEST_TIMEOUT_S = 60  # the dictionaries of Japanese and Chinese alone take 4 to 9 (two busy cores, November 2026)
_PAGES_A_SECOND = 20  # pagefind reads hundreds; without a timeout, one that cannot write would wait for ever


def index(site: Path) -> bool:
    """Makes the index in the folder `site`; returns whether it could. A site without an index is complete, and its
    search page says so. Only the files that the search page asks for are kept, and none of an incomplete index."""
    command = [sys.executable, "-P", "-m", "pagefind", "--site", str(site), "--output-subdir", FOLDER]
    command += ["--keep-index-url", "--quiet", "--glob", _PAGES]
    folder = site / FOLDER
    timeout_s = _SHORTEST_TIMEOUT_S + sum(1 for _ in site.rglob("index.html")) / _PAGES_A_SECOND
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=timeout_s)  # noqa: S603 - our own words, no shell
        complete = _is_complete(folder)
    except (OSError, subprocess.SubprocessError):
        complete = False
    if not complete:
        shutil.rmtree(folder, ignore_errors=True)
        return False
    needed = {file for pattern in _NEEDED for file in folder.glob(pattern)}
    for file in folder.iterdir():
        if file.is_file() and file not in needed:
            file.unlink()
    return True


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
        scripts = ((folder / name).read_bytes() for name in ("pagefind.js", "pagefind-worker.js"))
        return all(contents.values()) and all(scripts)
    except (OSError, EOFError, ValueError, KeyError, zlib.error):
        return False
