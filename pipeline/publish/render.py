"""Fills the templates: every field from outside is escaped where it is inserted, and pages are minified."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

import minify_html
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from pipeline.publish.cast import role_and_venue
from pipeline.publish.discussion import anchor_of
from pipeline.records import PROGRAM
from pipeline.records.dates import PartialDate, in_words, partial_date

_TEMPLATES = Path(__file__).parent / "templates"
_MARKDOWN_SPECIAL = "\\`*_[]<>#|~"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(template: str, **fields: object) -> str:
    """The template with its fields. HTML and CSS are minified; HTML stays valid. Raises UndefinedError where the
    template uses a field that is not given."""
    text = _environment().get_template(template).render(**fields)
    if template.endswith(".html.j2"):
        return minify_html.minify(text)
    return small_css(text) if template.endswith(".css.j2") else text


def small_css(text: str) -> str:
    """A style sheet, minified."""
    return minify_html.minify(f"<style>{text}</style>", minify_css=True)[len("<style>") :].removesuffix("</style>")


@lru_cache
def program_digest() -> str:
    """A digest of the code and templates that pages are made by: where it changes, all pages are made again."""
    digest = hashlib.sha256(PROGRAM.encode())
    for file in sorted([*_TEMPLATES.iterdir(), *Path(__file__).parent.glob("*.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2", "xml.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["date"] = in_words
    environment.filters["datetime"] = _datetime
    environment.filters["day"] = lambda moment: in_words(partial_date(moment) or moment)
    environment.filters["anchor"] = anchor_of
    environment.filters["role_and_venue"] = role_and_venue
    environment.filters["md"] = _markdown_escaped
    environment.filters["xml"] = lambda text: _NOT_XML.sub("", str(text))
    return environment


def _datetime(day: PartialDate) -> str:
    """The date in a form that HTML has: of a half or a quarter, the year, since any month of it would be invented."""
    return day[:4] if day[5:6] in ("H", "Q") else day


def _markdown_escaped(text: object) -> str:
    """Text from outside as plain text in Markdown, whatever characters it holds."""
    if isinstance(text, Markup):
        return str(text)
    return "".join(f"\\{c}" if c in _MARKDOWN_SPECIAL else c for c in " ".join(str(text).split()))
