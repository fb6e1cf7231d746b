"""Whom the quoted lines of a post are from: by the words themselves where they stand in a post of the thread, else by
what the post says of them. A post that puts words into another's mouth does not make them that other's."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.records.posts import FetchedPost
from pipeline.text import fold, one_line

_RUN = 4  # words that find the posts a quotation may be from
_MENTION = re.compile(r"[\w.-]+")
_LONGEST_NAME = 80


class Origin(NamedTuple):
    """Where quoted words are from: the post of the thread that has them, and who is named as their speaker."""

    of: str | None
    name: str | None


class Quotable(NamedTuple):
    """What each post of a thread says itself, folded, by its id; and which posts have a run of words."""

    said: Mapping[str, str]
    posts_with: Mapping[tuple[str, ...], Sequence[str]]


def quotable(said: Mapping[str, Sequence[str]]) -> Quotable:
    """An index of what posts say themselves; `said` has the lines of each, without those it quotes."""
    folded = {post: _folded(" ".join(lines)) for post, lines in said.items()}
    posts_with: dict[tuple[str, ...], list[str]] = {}
    for post, text in folded.items():
        words = text.split()
        for run in dict.fromkeys(tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)):
            posts_with.setdefault(run, []).append(post)
    return Quotable(folded, posts_with)


def origin_of(text: str, who: str, post: FetchedPost, posts: Mapping[str, FetchedPost], among: Quotable) -> Origin:
    """Where the quoted line `text` of `post` is from; `who` is what it says of that."""
    named = _named_poster(who, posts)
    words = _folded(text)
    runs = words.split()
    near = among.posts_with.get(tuple(runs[:_RUN]), ()) if len(runs) >= _RUN else [post.answers] if post.answers else []
    holders = [each for each in near if each != post.id and each in among.said and words in among.said[each]]
    holders.sort(key=lambda each: (each != post.answers, _handle(posts[each]) != named))
    if holders:
        return Origin(holders[0], posts[holders[0]].author or posts[holders[0]].handle)
    if named:
        return Origin(None, next(each.author or each.handle for each in posts.values() if _handle(each) == named))
    name = _name_in(who)
    answered = posts.get(post.answers or "")
    return Origin(answered.id, name) if answered and answered.withdrawn and not name else Origin(None, name)


def _named_poster(who: str, posts: Mapping[str, FetchedPost]) -> str:
    """The handle of the poster whom `who` names, or ""."""
    said = one_line(who).casefold()
    if not said:
        return ""
    mentioned = set(_MENTION.findall(said))
    for each in posts.values():
        name, handle = (each.author or "").casefold(), (each.handle or "").casefold()
        if (name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said)) or (handle and handle in mentioned):
            return _handle(each)
    return ""


def _handle(post: FetchedPost) -> str:
    return (post.handle or post.author or "").casefold()


def _name_in(who: str) -> str | None:
    """The name in a line such as "On 2 March, Ann Rivers <…> wrote:"."""
    bare = re.sub(r"<[^<>]*>|\([^()]*\)|(?<!\S)\S+@\S+", " ", one_line(who))
    bare = re.sub(r"\b(?:wrote|said|writes|schrieb|a écrit)\b.*|[:↑]+\s*$", "", bare).strip(" ,:")
    name = re.split(r",|\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?", bare)[-1].strip(" ,:")
    name = re.sub(r"^(?:originally posted by|quote from|quoting|on|am)\s+", "", name, flags=re.IGNORECASE)
    return name[:_LONGEST_NAME] or None


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).casefold()))
