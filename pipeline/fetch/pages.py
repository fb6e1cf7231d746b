"""An article's bytes, from its own address or from where its text is kept for programs."""

from pipeline.fetch.search import hackernews
from pipeline.promises import Gets
from pipeline.records.items import Fetched, Known


def get_page(web: Gets, url: str, known: Known) -> Fetched:
    """The page at `url`. A Hacker News discussion is made of what its index says. Raises FetchFailed, or Unreadable
    where the index says nothing usable."""
    discussion = hackernews.text_address(url)
    if discussion is None:
        return web.get(url, known)
    got = web.get(discussion, robots=False)
    page = hackernews.discussion_page(got.body, url)
    as_page = {"url": url, "final_url": url, "media_type": "text/html", "charset": "utf-8", "body": page}
    return got.model_copy(update=as_page)
