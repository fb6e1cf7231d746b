"""What has to be true of a talk once it is read, however it was served."""

from collections.abc import Collection, Sequence

from tests.discussions.talk import TALK, TITLE, TalkPost


def own_words(page, post) -> str:
    """What a post says itself."""
    words = page.text[post.start : post.end]
    for quote in reversed(post.quotes):
        words = words[: quote.start - post.start] + words[quote.end - post.start :]
    return words


def is_read_post_by_post(page, tells: Collection[str], given: Sequence[TalkPost]) -> None:
    """Asserts that every post in `given` is there with its own words and, as far as the way it was served `tells` them,
    its author, time, place, quotations and marks."""
    assert page.missing is None
    assert TITLE in page.title
    assert len({post.id for post in page.posts}) == len({post.url for post in page.posts}) == len(page.posts)
    by_number = {
        said.number: post for said in TALK for post in page.posts if said.said[1] in own_words(page, post).split("\n")
    }
    assert set(by_number) == {said.number for said in given}
    assert len({post.id for post in by_number.values()}) == len(by_number)
    for number, post in by_number.items():
        said = TALK[number - 1]
        assert own_words(page, post).strip("\n").removeprefix(f"{TITLE}\n") == "\n".join(said.said)
        if "handle" in tells:
            assert said.handle in (post.handle, post.author)
        if "name" in tells:
            assert post.author == said.author
        if "time" in tells:
            assert post.time == said.time
        if "day" in tells:
            assert (post.time or "")[:10] == said.time[:10]
        if "answers" in tells and said.answers != 17:
            answered = by_number[said.answers].id if said.answers else None
            assert post.answers in ({answered, None} if said.answers == 1 else {answered})
        if "edited" in tells:
            assert post.edited == said.edited
        assert not post.withdrawn
        if "quotes" in tells:
            quoted = [page.text[quote.start : quote.end] for quote in post.quotes]
            assert quoted == [words for _, words in said.quotes]
            origins = [quote.of for quote in post.quotes if said.answers != 17]
            assert origins == [by_number[of].id for of, _ in said.quotes if of != 17]
    if "withdrawn" in tells:
        assert len([post for post in page.posts if post.withdrawn and post.start == post.end]) == 1
