"""What stands below an article: apart from it, and read only where the operator wants it."""

from pipeline import testing
from tests.conftest import version_of

URL = "http://paper.example/weir"
ARTICLE = "".join(
    f"<p>The board has closed gate {n} of the weir, since it let through {30 + n} litres a second, it said on Monday.</p>"
    for n in range(1, 9)
)
SAID = (
    ("Ann Rivers", "2026-03-02T08:00:00Z", "I stood there on Monday and read 140 litres at the lower gate, twice."),
    ("Otto Mill", "2026-03-02T09:30:00Z", "Nobody has asked the mill, which needs 60 litres to turn at all."),
    ("Grete Pegel", "2026-03-03T10:00:00Z", "The staff at that gate has been bent since the flood of 2019."),
)
COMMENTS = "".join(
    f'<li class="comment" id="comment-{number}"><div class="comment-author"><cite class="fn">{name}</cite></div>'
    f'<div class="comment-meta"><a href="#comment-{number}"><time datetime="{time}">{time[:10]}</time></a></div>'
    f'<div class="comment-content"><p>{words}</p></div></li>'
    for number, (name, time, words) in enumerate(SAID, 1)
)
PAGE = testing.Served(
    (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>The weir</title></head><body>"
        f"<article><h1>The weir</h1>{ARTICLE}</article>"
        f'<section id="comments"><h2>3 comments</h2><ol class="comment-list">{COMMENTS}</ol></section></body></html>'
    ).encode()
)


def followed(tmp_path, **settings):
    script = testing.ScriptedModel()
    chosen = testing.Settings.model_validate({"fetch": settings})
    machine = testing.machine(
        tmp_path / "home", testing.PagesFromDict({URL: PAGE}), script, testing.FixedClock(), settings=chosen
    )
    machine.new("silence", "The weir", pages=[URL])
    return machine, script


def test_an_article_is_read_without_its_comments(tmp_path):
    machine, script = followed(tmp_path)
    machine.run("silence")
    assert [item.url for item in machine.items("silence")] == [URL]
    assert "140 litres" not in script.material("extract")
    assert "posts" not in script.prompts


def test_its_comments_are_a_discussion_of_their_own_where_they_are_wanted(tmp_path):
    machine, script = followed(tmp_path)
    machine.run("silence", comments=True)
    assert [item.url for item in machine.items("silence")] == [URL, f"{URL}#comments"]
    assert "140 litres" not in script.material("extract")
    assert "140 litres" in script.material("posts")
    article, below = sorted(version_of(machine)["sources"], key=lambda source: source["url"])
    assert (article["participation"], below["participation"]["people"]) == (None, 3)
    by = {claim["statement"]: claim["speaker"] for claim in version_of(machine)["claims"].values() if claim["post"]}
    assert by == {words: name for name, _, words in SAID}
    asked = len(script.asked)
    machine.run("silence", comments=True)
    assert len(script.asked) == asked


def test_a_setting_wants_them_always(tmp_path):
    machine, _ = followed(tmp_path, comments=True)
    machine.run("silence")
    assert len(machine.items("silence")) == 2


def test_an_article_without_comments_has_none(tmp_path):
    machine, _ = followed(tmp_path, comments=True)
    machine.services.web(None).pages[URL] = testing.article("The weir", ARTICLE)
    report = machine.run("silence")
    assert report.problems == ()
    assert len(machine.items("silence")) == 1
