"""A small invented world: sixty outlets over five days, six discussions among noise, served by host name on loopback.

`fixtures/world/` holds what the outlets publish, labelled, and the answers a model gave when it was asked to sort it. In
the mixed world a third of the discussions' articles, and some noise, are in other languages.

Run as a program, it asks the endpoint named what the answers kept do not answer, and keeps those it needed:

    python -m tests.world http://127.0.0.1:PORT/v1 english
    python -m tests.world http://127.0.0.1:PORT/v1 mixed
"""

import hashlib
import html
import json
import sys
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.app.machine import Machine
from pipeline.app.wiring import open_machine
from pipeline.fetch.source_list import SourceList
from pipeline.net.stopping import StopSignal
from tests import ROOT, doubles

FIXTURES = ROOT / "fixtures" / "world"
ANSWERS = FIXTURES / "answers.json"
ANSWERS_MIXED = FIXTURES / "answers-languages.json"
DAYS = (1, 2, 3, 4, 5)
PATIENCE_S = 86_000
"""How long an answer may take: a reader may write it."""


def address(article: dict[str, Any]) -> str:
    return f"http://{article['host']}{article['path']}"


def discussions() -> list[dict[str, Any]]:
    return json.loads((FIXTURES / "discussions.json").read_text())


def everything(mixed: bool = False) -> list[dict[str, Any]]:
    """Every article with its label, None for noise. In the `mixed` world no article in another language links anywhere,
    and nothing links to it: it is found by what it says."""
    labelled = [{**a, "label": d["label"]} for d in discussions() for a in d["articles"]]
    every = labelled + [{**a, "label": None} for a in json.loads((FIXTURES / "noise.json").read_text())]
    if not mixed:
        return every
    translated = json.loads((FIXTURES / "languages.json").read_text())
    foreign = {f"http://{address}" for address in translated}
    return [
        {
            **a,
            **translated.get(address(a).removeprefix("http://"), {}),
            "links": [] if address(a) in foreign else [link for link in a.get("links") or () if link not in foreign],
        }
        for a in every
    ]


def moment(day: int, hour: int = 18) -> datetime:
    return datetime(2026, 3, 1 + day, hour, tzinfo=UTC)


class World:
    """What is published up to `day`. `asked` counts requests by address."""

    def __init__(self, mixed: bool = False) -> None:
        self.day = 1
        self.asked: list[str] = []
        self.articles = {address(a): a for a in everything(mixed)}
        self.hosts = sorted({a["host"] for a in self.articles.values()})
        self.by_host = defaultdict(list)
        for article in self.articles.values():
            self.by_host[article["host"]].append(article)

    def answer(self, host: str, path: str) -> doubles.HttpAnswer:
        if path == "/robots.txt":
            return doubles.HttpAnswer(404, b"", {"Content-Type": "text/plain"})
        self.asked.append(f"http://{host}{path}")
        if path == "/feed.xml":
            return self._feed(host)
        article = self.articles.get(f"http://{host}{path}")
        if article is None or article["day"] > self.day:
            return doubles.HttpAnswer(404, b"nothing here", {"Content-Type": "text/html"})
        return self._page(article)

    def _feed(self, host: str) -> doubles.HttpAnswer:
        out = [a for a in self.by_host[host] if a["day"] <= self.day]
        entries = "".join(
            f"<item><title>{html.escape(a['title'])}</title><link>{address(a)}</link>"
            f"<description>{html.escape(a['opening'])}</description>"
            f"<pubDate>{moment(a['day'], 8):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
            for a in sorted(out, key=lambda a: -a["day"])
        )
        venue = html.escape(self.by_host[host][0]["venue"])
        text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>{venue}</title>{entries}</channel></rss>"
        return doubles.HttpAnswer(200, text.encode(), {"Content-Type": "application/rss+xml"})

    def _page(self, article: dict[str, Any]) -> doubles.HttpAnswer:
        paragraphs = [html.escape(p) for p in article["paragraphs"]]
        for place, link in enumerate(article.get("links") or ()):
            words = paragraphs[place % len(paragraphs)].split(" ")
            words[2] = f'<a href="{link}">{words[2]}</a>'
            paragraphs[place % len(paragraphs)] = " ".join(words)
        byline = f'<meta name="author" content="{html.escape(article["author"])}">' if article.get("author") else ""
        head = f'{byline}<meta property="og:site_name" content="{html.escape(article["venue"])}">'
        return doubles.page(html.escape(article["title"]), *paragraphs, head=head)


@contextmanager
def served(world: World) -> Iterator[int]:
    def respond(handler: Any, _: bytes) -> doubles.HttpAnswer:
        return world.answer((handler.headers.get("Host") or "").partition(":")[0], handler.path)

    with doubles.serving(respond) as base:
        yield int(base.rpartition(":")[2])


def machine_in(
    home: Path, world: World, port: int, model: doubles.Model, settings: str = "", mode: str = "automatic"
) -> Machine:
    """A machine that lives in the world, on its clock."""
    home.mkdir(exist_ok=True)
    (home / "machine.toml").write_text(
        f'[model]\nbase_url = "{model.base_url}"\nname = "double"\nattempts = 1\ndeadline_s = {PATIENCE_S}\n'
        f'[discover]\nmode = "{mode}"\n{settings}'
    )
    return machine_of(home, port, lambda: moment(world.day))


def machine_of(home: Path, port: int, clock: Callable[[], datetime], stopping: StopSignal | None = None) -> Machine:
    """The machine of a home whose settings are written, in the world that is served on `port`."""
    return open_machine(
        home,
        resolve=lambda _host, _port: [("127.0.0.1", port)],
        also_allow=frozenset(f"{article['host']}:80" for article in everything()),
        clock=clock,
        stop=stopping,
    )


def watch_all(lived: Machine, world: World) -> None:
    lived.editor.watch(SourceList(feeds=[f"http://{host}/feed.xml" for host in world.hosts]))


def key(body: dict[str, Any]) -> str:
    """Names a question by its words alone."""
    said = json.dumps([m["content"] for m in body["messages"]], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def recorded(path: Path = ANSWERS) -> Callable[[dict[str, Any]], Any]:
    """A model that sorts as the recorded one did and does all else mechanically; a question nobody was asked fails."""
    answers = {each["key"]: each["answer"] for each in json.loads(path.read_text())}

    def answer(body: dict[str, Any]) -> Any:
        return answers[key(body)] if doubles.form_name(body) == "discover" else mechanical(body)

    return answer


def mechanical(body: dict[str, Any]) -> Any:
    """The honest double, whose pages are headed as their threads are: the next question shows the heading."""
    found = doubles.honest(body)
    if doubles.form_name(body) == "page":
        found["title"] = body["messages"][1]["content"].partition("Thread: ")[2].partition("\n")[0]
    return found


def asking(base_url: str, path: Path, kept: list[dict[str, Any]]) -> Callable[[dict[str, Any]], Any]:
    """A model whose sorting is asked of the endpoint at `base_url`, and kept: in `path` at once, where what it answered
    before an interruption is found again."""
    before = {each["key"]: each for each in json.loads(path.read_text())} if path.exists() else {}

    def answer(body: dict[str, Any]) -> Any:
        if doubles.form_name(body) != "discover":
            return mechanical(body)
        if key(body) not in before:
            headers = {"Content-Type": "application/json", "Authorization": "Bearer x"}
            request = urllib.request.Request(f"{base_url}/chat/completions", json.dumps(body).encode(), headers)  # noqa: S310
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310
                text = json.load(response)["choices"][0]["message"]["content"]
            question = [message["content"] for message in body["messages"]][-1]
            before[key(body)] = {"key": key(body), "question": question.splitlines(), "answer": json.loads(text)}
            write(path, list(before.values()))
        kept.append(before[key(body)])
        return kept[-1]["answer"]

    return answer


def write(path: Path, answers: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n")


def b_cubed(found: dict[str, str], true: dict[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 by item (Bagga and Baldwin 1998): for each, the share of its found cluster that belongs
    with it, and the share of what belongs with it that is in its cluster. What is in no cluster is one of its own."""
    items = set(found) | set(true)

    def clusters(labels: dict[str, str]) -> dict[str, set[str]]:
        members: dict[str, set[str]] = defaultdict(set)
        for item in items:
            members[labels.get(item, f"alone {item}")].add(item)
        return {item: members[labels.get(item, f"alone {item}")] for item in items}

    mine, theirs = clusters(found), clusters(true)
    precision = sum(len(mine[i] & theirs[i]) / len(mine[i]) for i in items) / len(items)
    recall = sum(len(mine[i] & theirs[i]) / len(theirs[i]) for i in items) / len(items)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    base_url, mixed = sys.argv[1], sys.argv[2:] == ["mixed"]
    path, mode = (ANSWERS_MIXED, "proposed") if mixed else (ANSWERS, "automatic")
    kept: list[dict[str, Any]] = []
    world = World(mixed)
    with tempfile.TemporaryDirectory() as folder, served(world) as port, doubles.model_server() as model:
        model.answer = asking(base_url, path, kept)
        lived = machine_in(Path(folder) / "home", world, port, model, mode=mode)
        watch_all(lived, world)
        for day in DAYS:
            world.day = day
            report = lived.batch(print)
            print(day, report.arrived, report.assigned, report.begun, report.problems)
        lived.store.close()
    write(path, kept)


if __name__ == "__main__":
    main()
