"""A key that a server repeats is taken out of what it says before anything is kept."""

_LEAST = 10  # shorter ones ("x", "EMPTY", "ollama") are placeholders for servers that want none, and ordinary words


def without_key(said: str, key: str | None) -> str:
    """`said` with [key] wherever the key stood."""
    return said.replace(key, "[key]") if key and len(key) >= _LEAST else said
