"""The published folding: what may differ between two writings of the same words.

Unicode NFC; typographic quotation marks, dashes and spaces as their plain forms; soft hyphens and zero-width
characters gone; white space runs as one space. Nothing else: case, figures, words and their order must agree.
"""

import unicodedata

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        "…": "...",
    }
)


def fold(text: str) -> str:
    """`text` with everything removed that typography, not meaning, decides."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())
