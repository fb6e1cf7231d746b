"""A discussion as an operator meets it: a command, a folder of pages, JSON whose offsets can be trusted."""

import json

from tests import doubles
from tests.discussions import discourse_double
from tests.discussions.talk import TALK, HttpRequest, with_news

TOPIC = "/t/how-much-water-does-the-ilm-weir-let-through/4711"


def serve(web, talk):
    """The topic and what belongs to it, at the address of the loopback server."""
    answer = discourse_double.DOUBLE.serve(talk)

    class Pages(dict):
        def get(self, path, default=None):
            if not path.startswith("/t/"):
                return super().get(path, default)
            plain, _, query = path.partition("?")
            pairs = dict(part.split("=", 1) for part in query.split("&") if part)
            sent = answer(HttpRequest("GET", "forum.ilm.example", plain, pairs, {}, b"", path))
            return doubles.HttpAnswer(sent.status, sent.body, {"Content-Type": sent.media_type})

    web.pages = Pages(web.pages)


def test_an_item_has_its_posts_with_their_places(run, home, web):
    serve(web, TALK)
    address = f"{web.base}{TOPIC}"
    assert run("new", "weir", "--title", "The weir", "--page", address, "--home", home).code == 0
    ended = run("thread", "weir", "--home", home)
    assert ended.code == 0, ended.err
    shown = run("show", "weir", "--format", "json", "--home", home).json
    [source] = shown["sources"]
    page = run("item", source["item"], "--json", "--home", home).json
    text = run("item", source["item"], "--text", "--json", "--home", home).json["text"]
    assert len(page["posts"]) == len(TALK)
    for post, said in zip(page["posts"], TALK, strict=True):
        words = text[post["start"] : post["end"]]
        assert (post["author"], post["handle"], post["time"]) == (said.author, said.handle, said.time)
        assert (post["edited"], post["withdrawn"]) == (said.edited, said.withdrawn)
        assert words.endswith("\n".join(said.said)) if not said.withdrawn else words == ""
    for claim in [*page["claims"].values(), *shown["claims"].values()]:
        for each in claim["evidence"]:
            assert text[each["start"] : each["end"]] == each["text"]
            post = next(post for post in page["posts"] if post["id"] == claim["post"])
            assert post["start"] <= each["start"] <= each["end"] <= post["end"]

    first = run("item", source["item"], "--text", "--json", "--home", home).json
    serve(web, with_news())
    assert run("thread", "weir", "--home", home).code == 0
    now = run("item", source["item"], "--text", "--json", "--home", home).json
    then = run("item", source["item"], "--text", "--snapshot", first["snapshot"], "--json", "--home", home).json
    assert (then["snapshot"], then["text"]) == (first["snapshot"], first["text"])
    assert now["snapshot"] != first["snapshot"]
    wrong = run("item", source["item"], "--text", "--snapshot", "nothing", "--home", home)
    assert (wrong.code, wrong.out) == (2, "")
    assert "nothing" in wrong.err

    html = (home / "site" / "items" / source["item"] / "index.html").read_text()
    markdown = (home / "site" / "items" / source["item"] / "index.md").read_text()
    for post in page["posts"]:
        assert f"id=post-{post['id']}" in html.replace('"', "")
        assert post["url"] in html
        assert post["url"] in markdown
    thread = (home / "site" / "threads" / "weir" / "index.html").read_text()
    cited = {claim["post"] for claim in shown["claims"].values()}
    assert all(f"#post-{post}" in thread for post in cited)
    assert json.loads((home / "site" / "items" / source["item"] / "index.json").read_text())["posts"]
