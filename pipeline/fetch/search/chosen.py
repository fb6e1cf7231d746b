"""The searches that settings choose."""

from collections.abc import Mapping, Sequence

from pipeline.errors import SettingsError
from pipeline.fetch.search import arxiv, hackernews, keyed, searxng, wikipedia
from pipeline.protocols import SearchProvider

_KEYLESS = {provider.name: provider for provider in (hackernews.provider, arxiv.provider, wikipedia.provider)}
_KEYED = {"tavily": keyed.tavily, "brave": keyed.brave, "exa": keyed.exa}
NAMES = ("searxng", *_KEYLESS, *_KEYED)


def providers(names: Sequence[str], searxng_at: str, environment: Mapping[str, str]) -> tuple[SearchProvider, ...]:
    """The providers called `names`, in their order. Raises SettingsError for one that lacks its address or its key
    (TAVILY_API_KEY, BRAVE_API_KEY, EXA_API_KEY)."""
    return tuple(_provider(name, searxng_at, environment) for name in dict.fromkeys(names))


def _provider(name: str, searxng_at: str, environment: Mapping[str, str]) -> SearchProvider:
    if name in _KEYLESS:
        return _KEYLESS[name]
    if name == "searxng":
        if not searxng_at:
            raise SettingsError('[search] providers names searxng: say where it is, searxng = "https://…"')
        return searxng.provider(searxng_at)
    if name not in _KEYED:
        raise SettingsError(f"[search] providers: there is no {name!r}: choose among {', '.join(NAMES)}")
    key = environment.get(f"{name.upper()}_API_KEY", "").strip()
    if not key:
        raise SettingsError(f"[search] providers names {name}: put its key in {name.upper()}_API_KEY")
    return _KEYED[name](key)
