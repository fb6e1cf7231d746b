"""The closed lists of English words that records keep and pages show: the catalogues have them too.

A record keeps what happened in English words, whatever language its page is in. A text with something of its own in
it is found by its pattern; what is in no list (an operator's reason, a model's) is shown as it was stored.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from gettext import NullTranslations
from typing import Final

_FIELD_OF: Final[Mapping[str, str]] = {"why": "reason", "failure": "failure", "state": "state of a thread"}
"""What stands for a placeholder of these names is itself a word of a list."""


def pgettext(field: str, message: str) -> tuple[str, str]:
    """Marks a word for the extraction of messages, by the name that tool knows; `field` is where records keep it."""
    return field, message


def npgettext(field: str, singular: str, plural: str) -> tuple[str, str, str]:
    """The same of a word that follows a number."""
    return field, singular, plural


WORDS: Final[tuple[tuple[str, str], ...]] = (
    pgettext("state of a thread", "live"),
    pgettext("state of a thread", "quiet"),
    pgettext("state of a thread", "closed"),
    pgettext("reason of a state", "by the operator"),
    pgettext("reason of a state", "accepted by the operator"),
    pgettext("reason of a state", "reopened by news, after it was %(state)s"),
    pgettext("reason of a state", "merged into %(thread)s"),
    pgettext("extent", "full text"),
    pgettext("extent", "part"),
    pgettext("extent", "abstract"),
    pgettext("extent", "title only"),
    pgettext("source of a date", "by its metadata"),
    pgettext("source of a date", "by its byline"),
    pgettext("source of a date", "by its address"),
    pgettext("source of a date", "by its feed"),
    pgettext("source of a date", "by its update"),
    pgettext("part in an article", "author"),
    pgettext("part in an article", "quoted"),
    pgettext("part in an article", "reported"),
    pgettext("part in an article", "named"),
    pgettext("kind of claim", "background"),
    pgettext("kind of claim", "fact"),
    pgettext("kind of claim", "argument"),
    pgettext("kind of claim", "prediction"),
    pgettext("kind of claim", "question"),
    pgettext("kind of claim", "proposal"),
    pgettext("evolution", "new"),
    pgettext("evolution", "unchanged"),
    pgettext("evolution", "sharpened"),
    pgettext("evolution", "shifted"),
    pgettext("evolution", "withdrawn"),
    pgettext("evolution", "none"),
    pgettext("state of a question", "open"),
    pgettext("state of a question", "narrowed"),
    pgettext("state of a question", "answered"),
    pgettext("state of a question", "reopened"),
    pgettext("what became of it", "dropped"),
    pgettext("what became of it", "struck"),
    pgettext("what became of it", "repaired"),
    # why an item is not used
    pgettext("reason", "copy of [%(number)s]"),
    pgettext("reason", "copy of another item"),
    pgettext("reason", "withdrawn by its publisher"),
    pgettext("reason", "set aside: %(why)s"),
    pgettext("reason", "not read: %(failure)s"),
    pgettext("reason", "read, and left out: %(why)s"),
    pgettext("reason", "title only"),
    pgettext("reason", "not yet read by the model"),
    pgettext("reason", "off topic: no claim"),
    pgettext("reason", "read, not needed on the page"),
    pgettext("reason", "off topic"),
    pgettext("reason", "copy"),
    pgettext("reason", "listing"),
    pgettext("reason", "no new claim expected"),
    pgettext("reason", "moved to another thread"),
    pgettext("reason", "dropped by the operator"),
    pgettext("reason", "nothing of its own"),
    pgettext("reason", "cannot be used"),
    # why a claim was dropped, or a sentence struck or repaired
    pgettext("reason", "figure nowhere in the article"),
    pgettext("reason", "speaker not in the article"),
    pgettext("reason", "a broken character"),
    pgettext("reason", "sentences do not exist"),
    pgettext("reason", "figure not in the sentences of its claim"),
    pgettext("reason", "sentences of two posts"),
    pgettext("reason", "it cites nothing and is not marked as a reading"),
    pgettext("reason", "it cites %(claims)s, which is no claim here"),
    pgettext("reason", "%(words)s is no prose"),
    pgettext("reason", "%(words)s does not stand in the words it cites"),
    pgettext("reason", "%(figure)s stands nowhere in what it cites"),
    pgettext("reason", "only the title of %(title)s was read"),
    pgettext("reason", "its publisher has withdrawn the source"),
    pgettext("reason", "the post that said this was deleted"),
    pgettext(
        "reason",
        "its source belongs to another discussion, which has a page of its own: this page tells of it no more",
    ),
    pgettext("reason", "the operator has taken the source from this page"),
    pgettext("reason", "its source was edited and no longer says this in these words"),
    # the checks, by their codes
    pgettext("check", "uncited"),
    pgettext("check", "unknown claim"),
    pgettext("check", "machinery in prose"),
    pgettext("check", "quotation not verbatim"),
    pgettext("check", "figure not in source"),
    pgettext("check", "title only"),
    pgettext("check", "voice not in claims"),
    pgettext("check", "event not dated so"),
    pgettext("check", "source superseded"),
    pgettext("check", "other unit"),
    pgettext("check", "stronger word"),
    pgettext("check", "report as quotation"),
    pgettext("check", "figures differ"),
    pgettext("check", "not supported"),
    # why an item could not be read, or was withdrawn
    pgettext("failure", "address"),
    pgettext("failure", "asked to wait"),
    pgettext("failure", "captcha"),
    pgettext("failure", "consent page"),
    pgettext("failure", "empty"),
    pgettext("failure", "encoding"),
    pgettext("failure", "front page"),
    pgettext("failure", "host blocked"),
    pgettext("failure", "http %(status)s"),
    pgettext("failure", "it says so itself"),
    pgettext("failure", "login page"),
    pgettext("failure", "malformed"),
    pgettext("failure", "nested too deep"),
    pgettext("failure", "no posts"),
    pgettext("failure", "no pages"),
    pgettext("failure", "no posts any more"),
    pgettext("failure", "no such host"),
    pgettext("failure", "no text any more"),
    pgettext("failure", "non-public"),
    pgettext("failure", "not HTML"),
    pgettext("failure", "not whole now"),
    pgettext("failure", "notice"),
    pgettext("failure", "PDF of unknown letters"),
    pgettext("failure", "PDF without text"),
    pgettext("failure", "port"),
    pgettext("failure", "program error"),
    pgettext("failure", "redirects"),
    pgettext("failure", "robots.txt"),
    pgettext("failure", "script only"),
    pgettext("failure", "soft 404"),
    pgettext("failure", "too large"),
    pgettext("failure", "too much to read"),
    pgettext("failure", "too slow"),
    pgettext("failure", "too slow to read"),
    pgettext("failure", "unreachable"),
    pgettext("failure", "unreadable PDF"),
    pgettext("failure", "wall"),
)
COUNTED: Final[tuple[tuple[str, str, str], ...]] = (
    npgettext("reason of a state", "nothing new for %(num)s day", "nothing new for %(num)s days"),
    npgettext("sentences", "%(num)s kept", "%(num)s kept"),
    npgettext("sentences", "%(num)s moved", "%(num)s moved"),
    npgettext("sentences", "%(num)s reworded", "%(num)s reworded"),
    npgettext("sentences", "%(num)s added", "%(num)s added"),
    npgettext("sentences", "%(num)s removed", "%(num)s removed"),
)


CHECK_QUESTIONS: Final[Mapping[str, str]] = {
    "uncited": pgettext("what a check asks", "does it cite anything, or is it marked as a reading?")[1],
    "unknown claim": pgettext("what a check asks", "does what it cites exist?")[1],
    "machinery in prose": pgettext(
        "what a check asks", "is it prose, without addresses and the machine's own numbers?"
    )[1],
    "quotation not verbatim": pgettext("what a check asks", "does every quotation stand in the source, word for word?")[
        1
    ],
    "figure not in source": pgettext("what a check asks", "does every figure stand in what it cites?")[1],
    "title only": pgettext("what a check asks", "was more read of its sources than the title?")[1],
    "voice not in claims": pgettext("what a check asks", "is the voice that it names heard in what it cites?")[1],
    "event not dated so": pgettext("what a check asks", "does the source date the event so?")[1],
    "source superseded": pgettext("what a check asks", "is there a later edition of the source?")[1],
    "other unit": pgettext("what a check asks", "is a figure in the unit of its source?")[1],
    "stronger word": pgettext("what a check asks", "is its verb as strong as the source's?")[1],
    "report as quotation": pgettext("what a check asks", "are these the voice's own words, and not a report of them?")[
        1
    ],
}
"""What a gate asks of a sentence, by its code, for readers of the page about the site."""


def said_of(text: str, field: str, translations: NullTranslations) -> str:
    """What a record keeps in this field, in the words of `translations`; `text` where it is in no list."""
    if not text:  # gettext has the head of the catalogue there
        return text
    said = translations.pgettext(field, text)
    if said != text:
        return said
    for message, pattern in _patterns(field):
        if match := pattern.fullmatch(text):
            parts = {
                name: said_of(value, _FIELD_OF[name], translations) if name in _FIELD_OF else value
                for name, value in match.groupdict().items()
            }
            return translations.pgettext(field, message) % parts
    for _, singular, plural in (counted for counted in COUNTED if counted[0] == field):
        if match := _pattern(plural).fullmatch(text):
            return translations.npgettext(field, singular, plural, int(match["num"])) % match.groupdict()
    return said_of(text, "check", translations) if field == "reason" else text


@lru_cache
def _patterns(field: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((message, _pattern(message)) for kept, message in WORDS if kept == field and "%(" in message)


def _pattern(message: str) -> re.Pattern[str]:
    """A pattern for the message with anything in its places: a number in that of a number."""
    parts = re.split(r"%\((\w+)\)s", message)
    places = (rf"(?P<{name}>{r'[0-9]+' if name in ('num', 'number', 'status') else '.+'})" for name in parts[1::2])
    return re.compile("".join(re.escape(part) + next(places, "") for part in parts[::2]), re.DOTALL)
