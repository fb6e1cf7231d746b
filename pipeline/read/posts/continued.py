"""A thread of posts as it goes on: what was read of it before and is not among its posts any more.

A post that is gone was taken back by somebody, and stays known as that. Where not the whole thread could be had, it may
still be there: then it stays as it was read.
"""

from pipeline.records.items import PageText, Snapshot
from pipeline.records.posts import Post


def continued(page: PageText, before: Snapshot) -> PageText:
    """`page` with the posts of `before` that it does not have."""
    here = {post.id for post in page.posts}
    gone = [post for post in before.posts if post.id not in here]
    if not gone:
        return page
    return _with_carried(page, before, gone) if page.missing else _with_withdrawn(page, before, gone)


def _with_withdrawn(page: PageText, before: Snapshot, gone: list[Post]) -> PageText:
    """Each of those gone behind the post that it followed, without words."""
    posts = list(page.posts)
    followed: dict[str, str | None] = {}
    previous: str | None = None
    for post in before.posts:
        followed[post.id] = previous
        previous = post.id
    for post in gone:
        place = next((n for n, each in enumerate(posts) if each.id == followed[post.id]), -1)
        at = posts[place].end if place >= 0 else 0
        changes = {"withdrawn": True, "start": at, "end": at, "quotes": ()}
        posts.insert(place + 1, post.model_copy(update=changes))
    return page.model_copy(update={"posts": tuple(posts)})


def _with_carried(page: PageText, before: Snapshot, gone: list[Post]) -> PageText:
    """Those gone behind all others, in the words they had."""
    text, posts = page.text, list(page.posts)
    for post in gone:
        words = before.text[post.start : post.end]
        start = len(text) + 1 if words else len(text)
        shift = start - post.start
        quotes = tuple(
            quote.model_copy(update={"start": quote.start + shift, "end": quote.end + shift}) for quote in post.quotes
        )
        posts.append(post.model_copy(update={"start": start, "end": start + len(words), "quotes": quotes}))
        text += f"\n{words}" if words else ""
    return page.model_copy(update={"text": text, "posts": tuple(posts)})
