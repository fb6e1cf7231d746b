"""Removes keys from what a server sends back before anything of that is stored."""

_MIN_LENGTH = (
    10  # shorter keys ("x", "EMPTY", "ollama") are placeholders for servers that want none; chosen, not measured
)


def without_key(text: str, key: str | None) -> str:
    """`text` with [key] in place of the key. A key so short that it is an ordinary word is left in."""
    return text.replace(key, "[key]") if key and len(key) >= _MIN_LENGTH else text
