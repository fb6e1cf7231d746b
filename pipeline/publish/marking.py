"""Marks text that is not in its page's language, or runs the other way: `lang`, `dir` and <bdi>, for the browser's
voice, fonts and line breaks. What is in the page's own language carries nothing.
"""

import re
import unicodedata
from collections.abc import Collection

from markupsafe import Markup, escape

from pipeline.publish.page_language import PageLanguage
from pipeline.text.tags import direction, same_language

_AGAINST = {"ltr": {"R", "AL"}, "rtl": {"L"}}  # Unicode's classes of characters, by the direction they do not have
_TURNING = {"LRE", "LRO", "RLE", "RLO", "LRI", "RLI", "FSI"}  # invisible ones, which turn what follows them
_MARKS = '"“”„«»「」『』'
_TRANSLATED = re.compile(rf"([{_MARKS}])([^{_MARKS}]+)([{_MARKS}])(\s?)([\[［][^\[\]［］]*\w[^\[\]［］]*[\]］])")
"""A quotation with a bracket right behind it: its marks and words, the space, the bracket."""


def attributes(language: str | None, within: PageLanguage, text: str = "") -> Markup:
    """The attributes of an element that holds `text` in this language, with a space before each; "" for text in the
    language `within` which it stands. Where its language is not known, the browser is asked for its direction."""
    if language is None:
        return Markup(' dir="auto"') if _is_mixed(text, within.direction) else Markup()
    if same_language(language, within.tag):
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language, direction(language))


def isolated(text: object, within: PageLanguage) -> Markup:
    """A name, as an element of its own where it would turn round what stands beside it."""
    return Markup("<bdi>{}</bdi>").format(text) if _is_mixed(str(text), within.direction) else escape(text)


def with_translations(text: str, cited: Collection[str], within: PageLanguage) -> Markup:
    """A sentence with the machine's translations in it marked: a bracket right behind a quotation, where it cites
    sources in another language. The quotation bears their language, where that is one. `cited` are the languages of all
    sources that it cites, as far as they are known."""
    foreign = {language for language in cited if not same_language(language, within.tag)}
    if not foreign:
        return escape(text)
    quoted_in = attributes(next(iter(foreign)), within) if len(foreign) == 1 else Markup()
    title = within.translations.gettext("machine translation")
    marked, end = Markup(), 0
    for match in _TRANSLATED.finditer(text):
        opening, words, closing, space, bracket = match.groups()
        quotation = Markup("<span{}>{}</span>").format(quoted_in, words) if quoted_in else escape(words)
        translation = Markup('<span class="translation" title="{}">{}</span>').format(title, bracket)
        marked += escape(text[end : match.start()] + opening) + quotation + escape(closing + space) + translation
        end = match.end()
    return marked + escape(text[end:])


def _is_mixed(text: str, page_direction: str) -> bool:
    against = _AGAINST[page_direction] | _TURNING
    return any(unicodedata.bidirectional(character) in against for character in text)
