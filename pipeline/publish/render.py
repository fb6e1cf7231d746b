"""Fills the templates in the language of the page: every field from outside is escaped where it is inserted, and pages
are minified.
"""

import hashlib
import pickle
import re
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import lru_cache
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    pass_eval_context,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.utils import pass_context
from markupsafe import Markup, escape

from pipeline.errors import public_address
from pipeline.publish.cast import other_names, role_and_venue
from pipeline.publish.catalogue import LOCALE
from pipeline.publish.discussion import anchor_of
from pipeline.publish.marking import attributes, isolated, with_translations
from pipeline.publish.page_language import PageLanguage, page_language
from pipeline.publish.stored_words import CHECK_QUESTIONS
from pipeline.records import PROGRAM
from pipeline.records.dates import PartialDate
from pipeline.text import short_hash

_TEMPLATES = Path(__file__).parent / "templates"
_MARKDOWN_ESCAPES = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|~"})
_WITHIN_WORD = re.compile(r"(?<=[^\W_])(?:\\_)+(?=[^\W_])")
"""Escaped underscores between letters, where Markdown has no emphasis: names such as `plumb_line` stay readable."""
_BETWEEN_WORDS = re.compile(r"-(?!\d)")
"""The hyphens of a topic's name, but not that of "covid-19"."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(template: str, language: str = "en", **fields: object) -> str:
    """The template with its fields, in the words of the page's language. HTML and CSS are minified; HTML stays valid.
    Raises UndefinedError where the template uses a field that is not given."""
    text = _environment(language).get_template(template).render(**fields)
    if template.endswith(".html.j2"):
        import minify_html  # loaded by runs that write pages

        return minify_html.minify(text)
    return small_css(text) if template.endswith(".css.j2") else text


def small_css(text: str) -> str:
    """A style sheet, minified."""
    import minify_html

    return minify_html.minify(f"<style>{text}</style>", minify_css=True)[len("<style>") :].removesuffix("</style>")


@lru_cache
def program_digest() -> str:
    """A digest of the code, templates and words that pages are made by: where it changes, all pages are made again."""
    digest = hashlib.sha256(PROGRAM.encode())
    for file in sorted([*_TEMPLATES.glob("*.*"), *Path(__file__).parent.rglob("*.py"), *LOCALE.rglob("*.po")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class _Compiled(FileSystemBytecodeCache):
    """The templates' code, which all languages and later processes share: compiling takes longer than filling. It is
    kept where Python keeps that of modules; where that cannot be written, or is damaged, it is compiled again."""

    def __init__(self) -> None:
        folder = Path(cache_from_source(str(_TEMPLATES / "template.py"))).parent
        super().__init__(str(folder), f"%s.{sys.implementation.cache_tag}.template")
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def get_source_checksum(self, source: str) -> str:
        """Differs where the code would: it is also decided by what compiles."""
        return short_hash(source, jinja2.__version__, Path(__file__).read_text(encoding="utf-8"))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the template its code, where it was compiled before."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            with suppress(OSError, EOFError, ValueError, TypeError, AttributeError, pickle.UnpicklingError):
                super().load_bytecode(bucket)
            self._code[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps the template's code."""
        self._code[bucket.key, bucket.checksum] = bucket.code
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)


_compiled = _Compiled()


@pass_context
def _as_it_is(_context: Context, value: object) -> object:
    """The value itself. That it could depend on the context keeps the compiler from printing constants in advance,
    which it does otherwise, `optimized` or not."""
    return value


@lru_cache(maxsize=32)
def _environment(tag: str) -> Environment:
    language = page_language(tag)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled,
        optimized=False,  # what a filter makes of a constant is of one language, and the code of all
        finalize=_as_it_is,
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2", "xml.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["page_language"] = language
    for name in ("ngettext", "npgettext"):
        environment.globals[name] = _counted(getattr(language.translations, name), language)
    environment.filters |= _filters(language)
    return environment


def _counted(translate: Callable[..., str], language: PageLanguage) -> Callable[..., str]:
    """`translate`, a gettext function whose last argument is a number, with that number as the language writes it in
    the place of `num`."""

    @pass_context
    def counted(context: Context, *words: Any, **variables: object) -> str:  # noqa: ANN401 - messages and a number
        text = translate(*words)
        variables = {"num": language.number(words[-1]), **variables}
        return (Markup(text) if context.eval_ctx.autoescape else text) % variables  # noqa: S704 - the catalogue's words

    return counted


def _filters(language: PageLanguage) -> dict[str, Callable[..., object]]:
    """What templates do to a field, in the language of their page."""

    def within(tag: str | None) -> PageLanguage:
        return page_language(tag) if tag else language

    @pass_eval_context
    def listed(context: EvalContext, parts: Iterable[str], separator: str = "") -> str:
        between = separator or language.comma
        return escape(between).join(parts) if context.autoescape else between.join(parts)

    def isolated_by(text: object) -> Markup:
        return isolated(text, language)

    def said(text: str, cited: Collection[str], tag: str | None = None) -> Markup:
        return with_translations(text, cited, within(tag))

    def sentences(number: int, kind: str) -> str:
        counted = f"%(num)s {kind}"
        said = language.translations.npgettext("sentences", counted, counted, number)
        return said % {"num": language.number(number)}

    def lang(tag: str | None, text: str = "") -> Markup:
        return attributes(tag, language, text)

    return {
        "anchor": anchor_of,
        "asks": lambda code: language.translations.pgettext("what a check asks", CHECK_QUESTIONS.get(code, code)),
        "bdi": isolated_by,
        "date": language.date,
        "datetime": _datetime,
        "day": language.day,
        "figure": language.figure,
        "grouped": language.grouped,
        "lang": lang,
        "listed": listed,
        "md": _markdown_escaped,
        "moment": language.moment,
        "number": language.number,
        "other_names": other_names,
        "percent": language.percent,
        "posted": language.posted,
        "public": public_address,
        "role_and_venue": role_and_venue,
        "said": said,
        "sentences": sentences,
        "since": language.since,
        "topic": lambda name: _BETWEEN_WORDS.sub(" ", name),  # models name topics in kebab-case
        "word": language.said_of,
        "xml": lambda text: _NOT_XML.sub("", str(text)),
    }


def _datetime(day: PartialDate) -> str:
    """The date in a form that HTML has: of a half or a quarter, the year, since any month of it would be invented."""
    return day[:4] if day[5:6] in ("H", "Q") else day


def _markdown_escaped(text: object) -> str:
    """Text from outside as plain text in Markdown, whatever characters it holds."""
    if isinstance(text, Markup):
        return str(text)
    escaped = " ".join(str(text).split()).translate(_MARKDOWN_ESCAPES)
    return _WITHIN_WORD.sub(lambda found: "_" * (len(found[0]) // 2), escaped)
