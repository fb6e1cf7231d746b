"""Posts that a page states: by attributes of schema.org on its own markup, and in a statement for machines."""

import json

import pytest

from tests.discussions.layouts import around
from tests.discussions.test_markup import URL, read


def attributed(kind: str, item: str, own: str) -> str:
    """A thread whose elements name what they are by the attributes `kind` and `item`, and themselves by `own`."""
    schema = "https://schema.org/" if kind.startswith("itemscope") else ""

    def posting(name: str, who: str, day: int, words: str, more: str) -> str:
        return (
            f'{kind}="{schema}{name}"><span {item}="author" {kind}="{schema}Person"><span {item}="name">{who}</span></span>'
            f'<meta {item}="datePublished" content="2026-03-0{day}T10:00:00Z"><div {item}="text"><p>{words}</p></div>{more}</div>'
        )

    replies = "".join(
        f'<div {item}="comment" {own}="#c{day}" {posting("Comment", who, day, f"Gate {day} is open again since noon.", "")}'
        for day, who in ((2, "Otto"), (3, "Ann"), (4, "Otto"))
    )
    opening = posting("DiscussionForumPosting", "Ann", 1, "Is the gate open for the eels already?", replies)
    return around(f'<div vocab="https://schema.org/" {opening}')


@pytest.mark.parametrize("names", [("itemscope itemtype", "itemprop", "itemid"), ("typeof", "property", "resource")])
def test_a_thread_that_attributes_name_is_read(names):
    page = read(attributed(*names))
    assert [post.author for post in page.posts] == ["Ann", "Otto", "Ann", "Otto"]
    assert [post.time for post in page.posts] == [f"2026-03-0{day}T10:00:00Z" for day in range(1, 5)]
    assert [post.id for post in page.posts][1:] == ["c2", "c3", "c4"]
    assert page.text[page.posts[2].start : page.posts[2].end].strip() == "Gate 3 is open again since noon."


def test_a_page_of_a_question_states_its_answers_and_the_comments_on_them():
    thanks = {
        "@type": "Comment",
        "text": "Thank you, I saw it.",
        "author": {"name": "Eve"},
        "datePublished": "2026-03-03",
    }
    question = {
        "@type": "Question",
        "name": "Is the gate open?",
        "text": "Is the gate open for the eels already, or is it still shut?",
        "author": {"@type": "Person", "name": "Ann"},
        "datePublished": "2026-03-01T10:00:00Z",
        "acceptedAnswer": {
            "@type": "Answer",
            "text": "It is open since <b>noon</b>.",
            "author": {"name": "Otto"},
            "url": f"{URL}#a1",
            "datePublished": "2026-03-02",
            "comment": [thanks],
        },
        "suggestedAnswer": [
            {
                "@type": "Answer",
                "text": "Not when I was there.",
                "author": "Hari",
                "url": f"{URL}#a2",
                "datePublished": "2026-03-02T09:00:00+01:00",
            }
        ],
    }
    stated = json.dumps({"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question})
    page = read(around("<div id=app></div>", head=f'<script type="application/ld+json">{stated}</script>'))
    asked, noon, thanked, not_yet = page.posts
    assert [post.author for post in page.posts] == ["Ann", "Otto", "Eve", "Hari"]
    assert [post.answers for post in page.posts] == [None, asked.id, noon.id, asked.id]
    assert (noon.url, not_yet.url) == (f"{URL}#a1", f"{URL}#a2")
    assert (noon.time, not_yet.time, thanked.time) == ("2026-03-02", "2026-03-02T08:00:00Z", "2026-03-03")
    assert page.text[noon.start : noon.end].strip() == "It is open since noon."
    assert page.title == "Is the gate open?"
