"""The tag of a language (BCP 47), its name, and the direction it is written in."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

_LIKE = {"nn": "no", "nb": "no", "mo": "ro", "sh": "sr"}
_FALLBACK = "en"


def standard_tag(text: str) -> str:
    """The tag that `text` stands for, as it is written by rule: "DE_at" is "de-AT". Raises ValueError for what is no
    language's tag, or one of a language whose words are not known (CLDR has no data on it)."""
    import langcodes  # with its tables, which only who states a language needs
    from langcodes.tag_parser import LanguageTagError

    try:
        tag = langcodes.standardize_tag(text.strip())
    except (LanguageTagError, AttributeError) as error:
        raise ValueError(f"{text!r} is no language: give its code, as de, pt-BR or ja") from error
    if not langcodes.tag_is_valid(tag) or locale_of(tag) is None:
        raise ValueError(f"{text!r} is no language that is known here: give its code, as de, pt-BR or ja")
    return tag


@lru_cache(maxsize=256)
def primary(tag: str | None) -> str:
    """The language of a tag without script and region, in lower case: "de" for "de-AT"; "" where there is none."""
    code = (tag or "").replace("_", "-").partition("-")[0].lower()
    return _LIKE.get(code, code)


def same_language(one: str | None, other: str | None) -> bool:
    """Whether two tags are of one language; an unknown one is of none."""
    return bool(one) and primary(one) == primary(other)


@lru_cache(maxsize=256)
def english_name(tag: str) -> str:
    """What the language is called in English, for prompts: "German", "Portuguese (Brazil)"; the tag itself where that
    is not known."""
    return name_in(tag, _FALLBACK)


@lru_cache(maxsize=1024)
def name_in(tag: str, reader: str) -> str:
    """What the language is called in the language `reader`; the tag itself where that is not known."""
    locale = locale_of(tag)
    return (locale.get_display_name(locale_of(reader) or _FALLBACK) if locale else None) or tag


@lru_cache(maxsize=256)
def direction(tag: str | None) -> str:
    """ "rtl" for what is written from right to left, else "ltr"."""
    locale = locale_of(tag or _FALLBACK)
    return locale.text_direction if locale else "ltr"


@lru_cache(maxsize=256)
def locale_of(tag: str) -> Locale | None:
    """What CLDR has on the language of a tag, or on the language without what it has nothing on; None for others."""
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return locale_of(tag.partition("-")[0]) if "-" in tag else None
