"""The search index of a site: made by pagefind from the pages themselves, asked by the reader's own browser."""

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
_PACKED = ("*.pf_meta", "wasm.*", "fragment/*", "index/*")
_SEARCHED = "{threads,items,today}/*/index.html"
_LEAST_S, _A_SECOND = 20, 20  # pagefind reads hundreds of pages a second; one that cannot write waits for ever


def index(site: Path) -> bool:
    """Makes the index beside the pages of `site`, and says whether it could: a site without one is whole, and its
    search page says so. Only what the search page asks for is kept, and nothing of an index that is not whole."""
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--output-subdir", FOLDER]
    command += ["--keep-index-url", "--quiet", "--glob", _SEARCHED]
    made = site / FOLDER
    longest = _LEAST_S + sum(1 for _ in site.rglob("index.html")) / _A_SECOND
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=longest)  # noqa: S603 - our own words, no shell
        whole = _is_whole(made)
    except (OSError, subprocess.SubprocessError):
        whole = False
    if not whole:
        shutil.rmtree(made, ignore_errors=True)
        return False
    needed = {file for pattern in _NEEDED for file in made.glob(pattern)}
    for file in made.iterdir():
        if file.is_file() and file not in needed:
            file.unlink()
    return True


def _is_whole(made: Path) -> bool:
    """Whether all that the search page may ask for is there to its last byte: pagefind ends well also where a disk did
    not take what it wrote."""
    packed, there = dict[str, bytes](), {file.stem for file in made.glob("*/*.pf_*")}
    try:
        for pattern in _PACKED:
            packed |= {file.name: gzip.decompress(file.read_bytes()) for file in made.glob(pattern)}
        for name, told in json.loads((made / "pagefind-entry.json").read_bytes())["languages"].items():
            named = re.findall(rf"{name}_[0-9a-f]{{7,}}".encode(), packed[f"pagefind.{told['hash']}.pf_meta"])
            if f"wasm.{told['wasm']}.pagefind" not in packed or not there.issuperset(each.decode() for each in named):
                return False
        scripts = ((made / name).read_bytes() for name in ("pagefind.js", "pagefind-worker.js"))
        return all(packed.values()) and all(scripts)
    except (OSError, EOFError, ValueError, KeyError, zlib.error):
        return False
