"""What is particular to Mastodon: any host, answers that end before the thread does, names with pictures in them, posts
that quote posts, and a thread that begins above the link."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions import mastodon
from pipeline.fetch.discussions.thread import site_of
from pipeline.read.posts.thread import page_of
from tests.discussions import mastodon_double
from tests.discussions.in_memory import NO_THREADS, InMemory, always, thread_in
from tests.discussions.mastodon_double import HOST, serve, status_id
from tests.discussions.talk import TALK, TITLE, HttpReply, Serve, TalkPost, talk_of

FIRST = f"https://{HOST}/@{TALK[0].handle}/{status_id(1)}"
LATER = mastodon_double.DOUBLE.address


def changed(talk: list[TalkPost], number: int, **fields: object) -> Serve:
    """A server of `talk`, one of whose posts has other fields wherever it is given."""
    answer = serve(talk)

    def change(status: dict[str, object]) -> dict[str, object]:
        return {**status, **fields} if status["id"] == status_id(number) else status

    def altered(request) -> HttpReply:
        reply = answer(request)
        sent = json.loads(reply.body)
        if "ancestors" in sent:
            sent = {side: [change(status) for status in statuses] for side, statuses in sent.items()}
        return reply._replace(body=json.dumps(change(sent) if "id" in sent else sent).encode())

    return altered


def numbers(thread) -> list[int]:
    """Which posts of a talk a thread has, in its order."""
    return [(int(post.id) - int(status_id(0))) // 7_000_000 for post in thread.posts]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://ilm.example/@heron/116152", "https://ilm.example/@heron/116152"),
        ("https://ilm.example/@heron/116152/", "https://ilm.example/@heron/116152"),
        ("http://ILM.example/@heron/116152?x=1#y", "https://ilm.example/@heron/116152"),
        ("https://ilm.example/@heron@other.example/116152", "https://ilm.example/@heron@other.example/116152"),
        ("https://ilm.example/users/heron/statuses/116152", "https://ilm.example/@heron/116152"),
        ("https://social.ilm.example/@gauge-keeper.2/1", "https://social.ilm.example/@gauge-keeper.2/1"),
        ("https://ilm.example/@heron", None),
        ("https://ilm.example/@heron/with_replies", None),
        ("https://ilm.example/@heron/116152/embed", None),
        ("https://ilm.example/@heron/116152abc", None),
        ("https://ilm.example/@heron/how-much-water-3f2a", None),
        ("https://ilm.example/@/116152", None),
        ("https://ilm.example/@heron@/116152", None),
        ("https://ilm.example/@her on/116152", None),
        ("https://ilm.example/@heron/" + "1" * 30, None),
        ("https://ilm.example/users/heron/116152", None),
        ("https://ilm.example/users/heron/statuses/116152/activity", None),
        ("https://ilm.example:3000/@heron/116152", None),
        ("https://ann:pass@ilm.example/@heron/116152", None),
        ("https://localhost/@heron/116152", None),
        ("https:///@heron/116152", None),
        ("file://ilm.example/@heron/116152", None),
    ],
)
def test_addresses(link, address):
    assert mastodon.address(link) == address
    assert address is None or mastodon.address(address) == address


def test_any_host_may_be_a_server():
    assert not mastodon.site.is_certain
    assert site_of(LATER, [mastodon.site])


@pytest.mark.parametrize("body", NO_THREADS, ids=lambda body: body[:40])
def test_what_is_no_thread_is_left_to_its_page(body):
    assert thread_in(InMemory(always(body)), mastodon.site, FIRST) is None


@pytest.mark.parametrize("body", NO_THREADS, ids=lambda body: body[:40])
def test_a_later_answer_that_is_none_costs_only_itself(body):
    answer = serve(TALK)
    web = InMemory(lambda request: HttpReply(body) if "context" in request.path else answer(request))
    thread = thread_in(web, mastodon.site, FIRST)
    assert numbers(thread) == [1]
    assert thread.missing.startswith("at least 5 replies ")


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        (FIRST, [status_id(1), f"{status_id(1)}/context"]),
        (LATER, [status_id(33), f"{status_id(33)}/context", f"{status_id(1)}/context"]),
    ],
)
def test_the_thread_begins_with_its_first_post(link, asked):
    web = InMemory(serve(TALK))
    thread = thread_in(web, mastodon.site, link)
    assert [url.partition("/statuses/")[2] for url in web.asked] == asked
    assert (thread.title, thread.url, thread.venue) == (f"Lotte Lock: {TITLE}", FIRST, HOST)
    assert numbers(thread)[0] == 1
    assert thread.posts[0].title is None
    assert thread.posts[0].answers is None


@pytest.mark.parametrize(
    ("busy_from", "link", "kept", "missing"),
    [
        (2, FIRST, [1], "at least 5 replies could not be fetched (http 429)"),
        (2, LATER, [33], "what the first post answers was not given"),
        (3, LATER, [1, 23, 26, 29, 32, 33], "at least 9 replies could not be fetched (http 429)"),
        (4, LATER, None, None),
    ],
)
def test_what_was_had_is_kept_when_the_server_is_busy(busy_from, link, kept, missing):
    thread = thread_in(InMemory(serve(TALK), busy_from), mastodon.site, link)
    assert kept is None or numbers(thread) == kept
    assert thread.missing == missing


def test_a_server_that_is_busy_at_once_is_asked_later():
    with pytest.raises(FetchFailed, match="429"):
        thread_in(InMemory(serve(TALK), busy_from=1), mastodon.site, FIRST)


@pytest.mark.parametrize("link_to", [1, 41, 95, 100])
def test_a_chain_is_followed_to_both_ends(link_to):
    chain = talk_of(100, lambda number: number - 1)
    thread = thread_in(InMemory(serve(chain)), mastodon.site, f"https://{HOST}/@heron/{status_id(link_to)}")
    assert numbers(thread) == list(range(1, 101))
    assert thread.missing is None


def test_replies_beyond_what_is_given_are_counted():
    web = InMemory(serve(talk_of(201, lambda _: 1)))
    thread = thread_in(web, mastodon.site, f"https://{HOST}/@heron/{status_id(1)}")
    assert numbers(thread) == list(range(1, 62))
    assert thread.missing == "at least 140 replies counted there were not given"
    assert len(web.asked) == 2


def test_replies_that_nobody_is_given_are_asked_for_a_few_times_only():
    answer = serve(talk_of(40, lambda _: 1))

    def hiding(request) -> HttpReply:
        sent = json.loads(answer(request).body)
        for status in sent.get("descendants", ()):
            status["replies_count"] = 2
        return HttpReply(json.dumps(sent).encode())

    web = InMemory(hiding)
    thread = thread_in(web, mastodon.site, f"https://{HOST}/@heron/{status_id(1)}")
    assert len(thread.posts) == 40
    assert len(web.asked) == 2 + 3
    assert thread.missing == "at least 78 replies counted there were not given"


def test_no_more_is_asked_for_than_is_wanted():
    web = InMemory(serve(talk_of(100, lambda number: number - 1)))
    thread = thread_in(web, mastodon.site, f"https://{HOST}/@heron/{status_id(1)}", most=30)
    assert len(web.asked) == 3
    assert len(thread.posts) == 30
    assert "30 of 41 posts were read" in thread.missing


def test_a_chain_of_thousands_ends_at_some_point():
    web = InMemory(serve(talk_of(2000, lambda number: number - 1)))
    thread = thread_in(web, mastodon.site, f"https://{HOST}/@heron/{status_id(1)}", most=9000)
    assert numbers(thread) == list(range(1, 602))
    assert thread.missing == "at least 1 reply counted there was not given"


def test_answers_in_a_circle_end():
    thread = thread_in(
        InMemory(changed(TALK, 1, in_reply_to_id=status_id(33))), mastodon.site, f"https://{HOST}/@x/{status_id(33)}"
    )
    assert len(thread.posts) == len({post.id for post in thread.posts}) > 20


QUOTED = {
    **mastodon_double.status_of(TALK[2], mastodon_double.There.of(TALK)),
    "content": "<p>Eels &amp; weirs.</p></blockquote><p>I, the quoter, said this.<br>And this.</p>",
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"edited_at": "2026-03-02T00:00:00.000Z"}, {"edited": True}),
        ({"spoiler_text": "Eels"}, {"title": "Eels"}),
        ({"spoiler_text": f"re: {TITLE}"}, {"title": None}),
        ({"spoiler_text": f"Re: re: {TITLE.upper()}"}, {"title": None}),
        ({"spoiler_text": None}, {"title": None}),
        ({"url": None}, {"url": f"https://{HOST}/@{TALK[1].handle}/{status_id(2)}"}),
        ({"url": "javascript:alert(1)"}, {"url": f"https://{HOST}/@{TALK[1].handle}/{status_id(2)}"}),
        ({"url": "https://other.example/notes/9"}, {"url": "https://other.example/notes/9"}),
        ({"created_at": None}, {"time": None}),
        ({"created_at": "in spring"}, {"time": None}),
        ({"replies_count": None}, {}),
        ({"account": {"acct": "eel@other.example"}}, {"author": None, "handle": "eel@other.example"}),
        ({"account": {"acct": "eel", "display_name": None}}, {"author": None}),
        ({"account": {"acct": "eel", "display_name": ":eel:", "emojis": [{"shortcode": "eel"}]}}, {"author": None}),
        (
            {
                "account": {
                    "acct": "eel",
                    "display_name": "Ewan :eel: Eel :unknown:",
                    "emojis": [{"shortcode": "eel"}, 5],
                }
            },
            {"author": "Ewan Eel :unknown:"},
        ),
        ({"content": "<p>&gt; hers<br>his</p>"}, {"body": "<p>&gt; hers<br><br>his</p>"}),
        ({"quote": {"state": "revoked", "quoted_status": None}, "content": "<p>Mine</p>"}, {"body": "<p>Mine</p>"}),
        ({"quote": {"state": "pending", "quoted_status": QUOTED}, "content": "<p>Mine</p>"}, {"body": "<p>Mine</p>"}),
        ({"quote": {"state": "accepted", "quoted_status_id": "5"}, "content": "<p>Mine</p>"}, {"body": "<p>Mine</p>"}),
        ({"quote": 5, "content": ""}, {"body": ""}),
    ],
    ids=str,
)
def test_odd_values_cost_only_themselves(fields, expected):
    thread = thread_in(InMemory(changed(TALK, 2, **fields)), mastodon.site, FIRST)
    assert len(thread.posts) == 27
    post = next(each for each in thread.posts if each.id == status_id(2))
    assert {name: getattr(post, name) for name in expected} == expected


@pytest.mark.parametrize("odd", [{"id": 5}, {"account": None}, {"account": {}}, {"content": None}], ids=str)
def test_an_odd_post_costs_only_itself(odd):
    thread = thread_in(InMemory(changed(TALK, 2, **odd)), mastodon.site, FIRST)
    assert set(numbers(thread)) == set(numbers(thread_in(InMemory(serve(TALK)), mastodon.site, FIRST))) - {2}


def test_a_quoted_post_is_a_quotation_whatever_it_holds():
    content = f'<p class="quote-inline">RE: <a href="https://{HOST}/x">ilm</a></p><p>Mine.</p>'
    said = changed(TALK, 2, content=content, quote={"state": "accepted", "quoted_status": QUOTED})
    page = page_of(thread_in(InMemory(said), mastodon.site, FIRST), "2026-03-25")
    post = next(each for each in page.posts if each.id == status_id(2))
    assert page.text[post.start : post.quotes[0].start] == "Mine.\n"
    assert [(page.text[each.start : each.end].split("\n"), each.name) for each in post.quotes] == [
        (["Eels & weirs.", "I, the quoter, said this.", "And this."], TALK[2].author)
    ]


def test_words_behind_a_typed_quotation_are_the_posts_own():
    line = "> Whoever doubts that may read the staff at the mill race on some day.<br />well, the staff was wet"
    said = changed(TALK, 2, content=f"<p>{line}</p>")
    page = page_of(thread_in(InMemory(said), mastodon.site, FIRST), "2026-03-25")
    post = next(each for each in page.posts if each.id == status_id(2))
    assert page.text[post.quotes[-1].end : post.end] == "\nwell, the staff was wet"


def test_a_post_that_only_passes_another_on_leads_to_that():
    answer = serve(TALK)
    first = mastodon_double.status_of(TALK[0], mastodon_double.There.of(TALK))
    boost = {**first, "id": "77", "content": "", "reblog": first, "replies_count": 0}

    def passing(request) -> HttpReply:
        return HttpReply(json.dumps(boost).encode()) if request.path.endswith("/77") else answer(request)

    thread = thread_in(InMemory(passing), mastodon.site, f"https://{HOST}/@eelwatch/77")
    assert numbers(thread)[0] == 1
    assert len(thread.posts) == 27


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"spoiler_text": "", "content": "<p>Eels!<br>More below</p>"}, "Lotte Lock: Eels!"),
        ({"spoiler_text": "", "content": f"<p>{'eel ' * 50}</p>"}, f"Lotte Lock: {'eel ' * 25}…"),
        ({"spoiler_text": "", "content": f"<p>{'鰻' * 200}</p>"}, f"Lotte Lock: {'鰻' * 100} …"),
        ({"spoiler_text": "", "content": "<p>🐟</p>"}, "A post by Lotte Lock"),
        ({"spoiler_text": "", "content": ""}, "A post by Lotte Lock"),
        ({"spoiler_text": "", "content": "<<p" * 2000}, "Lotte Lock: <<p<<p"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_title_is_made_of_the_first_words(fields, title):
    thread = thread_in(InMemory(changed(TALK, 1, **fields)), mastodon.site, FIRST)
    assert thread.title.startswith(title)
    assert len(thread.title) < 120
