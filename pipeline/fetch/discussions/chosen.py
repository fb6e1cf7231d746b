"""All kinds of sites whose threads are read from what they give to programs."""

from collections.abc import Mapping

from pipeline.fetch.discussions import (
    bluesky,
    discourse,
    forummagnum,
    github,
    hackernews,
    lobsters,
    mailinglists,
    mastodon,
    openreview,
    reddit,
    stackexchange,
)
from pipeline.protocols import DiscussionSite


def sites(environment: Mapping[str, str]) -> tuple[DiscussionSite, ...]:
    """Every kind of site: those known by their host first, then those told by the form of an address. A site that takes
    an optional key has it from the environment."""
    return (
        hackernews.site,
        forummagnum.site,
        openreview.site,
        mailinglists.known_inboxes,
        github.site(environment.get("GITHUB_TOKEN", "").strip()),
        stackexchange.site,
        reddit.site,
        lobsters.site,
        bluesky.site,
        discourse.site,
        mastodon.site,
        *mailinglists.by_form,
    )
