"""Pages that answer 200 and are no article: told by their few words and by what those say.

A page of an article's length is never one of these, whatever words are in it: an article about captchas is an article.
"""

import re

_FEW_WORDS = 200

_KINDS: dict[str, tuple[str, ...]] = {
    "captcha": (
        r"captcha",
        r"verify (?:that )?you(?:'| a)re (?:a )?human",
        r"checking your browser",
        r"unusual traffic",
        r"are you a robot",
        r"just a moment\.\.\.",
        r"access (?:to this page )?(?:has been )?denied",
    ),
    "script only": (
        r"(?:enable|turn on|activate|requires?|need) (?:your )?java ?script",
        r"java ?script (?:is|must be) (?:disabled|required|enabled|turned off)",
        r"doesn'?t work properly without java ?script",
    ),
    "consent page": (
        r"before you continue",
        r"we (?:and our \d* ?partners )?(?:value|respect|care about) your privacy",
        r"accept (?:all )?cookies",
        r"manage (?:your )?(?:cookie|consent|privacy) (?:settings|preferences)",
        r"consent to the use",
    ),
    "login page": (
        r"(?:log|sign) ?in to (?:continue|read|view|your account)",
        r"please (?:log|sign) ?in",
        r"forgot(?:ten)? (?:your )?password",
    ),
    "soft 404": (
        r"\b404\b",
        r"page (?:was |could )?not (?:be )?found",
        r"page (?:you (?:are|were) looking for|does not exist|doesn'?t exist|is (?:no longer available|missing))",
        r"we can'?t find (?:the|that|this) page",
    ),
}
_WALL = (
    r"(?:subscribe|register|sign up|become a (?:member|subscriber)) (?:now )?to (?:continue|keep|read|unlock|access)",
    r"(?:this (?:article|content|story) is|available) (?:only )?(?:for|to) (?:paying )?(?:subscribers|members)",
    r"already a (?:subscriber|member)\?",
    r"to (?:continue|keep) reading(?: this article)?,? (?:subscribe|register|log in|sign in)",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_FOUND = {kind: _any(patterns) for kind, patterns in _KINDS.items()}
_WALLED = _any(_WALL)


def kind_of(title: str, text: str) -> str | None:
    """What a page is instead of an article, by the words a reader would see, or None."""
    if len(text.split()) >= _FEW_WORDS:
        return None
    seen = f"{title}\n{text}"
    return next((kind for kind, pattern in _FOUND.items() if pattern.search(seen)), None)


def is_behind_a_wall(text: str) -> bool:
    """Whether a text breaks off with an invitation to pay for the rest: it ends with one, and is short."""
    words = text.split()
    return len(words) < 2 * _FEW_WORDS and bool(_WALLED.search(" ".join(words[-60:])))
