"""Which alphabet a text is mostly written in: an answer in one that its material does not use is no answer to it."""

import unicodedata
from collections import Counter

_ENOUGH = 40  # letters; fewer decide nothing


def scripts(text: str) -> Counter[str]:
    """How many letters of each script `text` has, by the first word of their Unicode names (LATIN, CYRILLIC, CJK)."""
    return Counter(unicodedata.name(c, "?").partition(" ")[0] for c in text if c.isalpha())


def strange_script(answer: str, material: str) -> str | None:
    """The script most of `answer` is written in, where `material` has no letter of it and it is not Latin (JSON and
    instructions are Latin); else None."""
    found = scripts(answer)
    if sum(found.values()) < _ENOUGH:
        return None
    script = max((name for name in found if name != "LATIN"), key=lambda name: found[name], default=None)
    if script is None or found[script] < sum(found.values()) / 3:
        return None
    return None if scripts(material)[script] else script
