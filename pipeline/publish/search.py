"""The search index of a site: made by pagefind from the pages themselves, asked by the reader's own browser."""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = "pagefind"
_NEEDED = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "*.pf_meta", "wasm.*", "fragment/*", "index/*")
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
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(made, ignore_errors=True)
        return False
    needed = {file for pattern in _NEEDED for file in made.glob(pattern)}
    for file in made.iterdir():
        if file.is_file() and file not in needed:
            file.unlink()
    return True
