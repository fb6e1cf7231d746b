"""Removes keys from what a server sends back before anything of that is stored, and from addresses that are shown."""

from urllib.parse import urlsplit

_MIN_LENGTH = (
    10  # shorter keys ("x", "EMPTY", "ollama") are placeholders for servers that want none; chosen, not measured
)


def without_credentials(url: str) -> str:
    """An address without the name and password that may stand before its host."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def without_key(text: str, key: str | None) -> str:
    """`text` with [key] in place of the key. A key so short that it is an ordinary word is left in."""
    return text.replace(key, "[key]") if key and len(key) >= _MIN_LENGTH else text
