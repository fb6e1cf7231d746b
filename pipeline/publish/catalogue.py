"""The words that pages say themselves, in the language of each page: gettext catalogues (`locale/`), read when they are
first needed.

Their keys are the English words, which are also said where a catalogue lacks a word, or there is none.
"""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from pipeline.text.tags import primary

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, *sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()))
"""The languages that pages have words of their own in."""


def catalogue_file(language: str) -> Path:
    """Where the words of one of the `LANGUAGES` other than English are."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def translations_of(tag: str) -> NullTranslations:
    """What gettext asks for the words of a page in this language: those of the language's own catalogue, of the one it
    is a variety of, or English."""
    names = (tag.replace("-", "_"), primary(tag))
    return _read(next((name for name in names if name in LANGUAGES), SOURCE_LANGUAGE))


@lru_cache
def _read(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with catalogue_file(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
