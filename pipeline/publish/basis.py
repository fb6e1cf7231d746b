"""What decides a site, and what is known of its items from the site that stands."""

from collections.abc import Mapping
from typing import Any

from pipeline.publish.library import EarlierItems
from pipeline.publish.render import program_digest
from pipeline.publish.site import SiteWords
from pipeline.publish.write import Manifest


def basis(tokens: Mapping[str, int], words: SiteWords) -> dict[str, Any]:
    """All that decides a site, as JSON values: while it is the same, so is the site."""
    return {**_of_all_pages(words), "about": words.about, "tokens": dict(tokens)}


def items_of(made: Manifest, words: SiteWords) -> EarlierItems:
    """The items of the site that `made` tells of; none where all pages are made again, by another program or with
    other words."""
    if not _of_all_pages(words).items() <= made.basis.items():
        return EarlierItems()
    units = {name.removeprefix("item "): unit for name, unit in made.units.items() if name.startswith("item ")}
    return EarlierItems(
        items={item: unit["told"]["shows"] for item, unit in units.items()},
        topics={item: tuple(unit["told"]["topics"]) for item, unit in units.items()},
        shelves={item: unit["shelf"] for item, unit in units.items()},
        tokens=made.basis["tokens"],
    )


def _of_all_pages(words: SiteWords) -> dict[str, Any]:
    """What decides every page, whatever it shows."""
    return {"program": program_digest(), "words": [words.title, words.base_url, words.language]}
