"""Doubles for the outside of a run, in this process and without HTTP: for tests of stages, here and elsewhere.

    ScriptedModel   a model layer that answers each prompt from a script, and keeps what it was asked
    PagesFromDict   the web, from a dictionary of pages by address
    FixedClock      a clock that moves when it is told to
    machine         a machine that works with these three
    article, feed   pages to serve
    honest          a script that does what is asked, mechanically: one claim a sentence, one page of all claims

With a store in a file, a run of a thread takes some hundredths of a second:

    pages, model, clock = PagesFromDict({"http://a.example/": article("A", "It rains.")}), ScriptedModel(), FixedClock()
    made = machine(home, pages, model, clock)
    made.new("rain", "Rain", pages=["http://a.example/"])
    report = made.run("rain")
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.app.machine import Machine
from pipeline.errors import FetchFailed
from pipeline.fetch.discussions.chosen import sites
from pipeline.net.rate_limit import LocalRateLimiter
from pipeline.net.stopping import StopSignal
from pipeline.protocols import SearchProvider
from pipeline.read.reader import DirectReader
from pipeline.records.items import FetchRequest, Response
from pipeline.records.replies import Reply, Request
from pipeline.records.runs import Progress, ProgressEvent
from pipeline.runs.models import ModelSession
from pipeline.runs.services import Services
from pipeline.settings import ModelSettings, Settings
from pipeline.store.database import Store

CITABLE = re.compile(r"^\[(\d+\.\d+)\] (.*)$", re.MULTILINE)
"""A sentence that a page may cite as prompts show it: its id and its words."""

SENTENCE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
"""A sentence of an article as prompts show it: its number and its words."""

ANSWER_TOKENS = 10
"""What an answer of a double says that it has; its question has a token for every two characters."""

_MORNING = datetime(2026, 3, 25, 12, tzinfo=UTC)


class FixedClock:
    """A clock that stands until it is told to go on. Called, it gives the moment, in UTC."""

    def __init__(self, moment: datetime = _MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, step: timedelta) -> None:
        """Lets `step` pass."""
        self.moment += step


class Served(NamedTuple):
    """What an address answers with."""

    body: bytes
    media_type: str = "text/html"
    charset: str | None = "utf-8"


class PagesFromDict:
    """The web: `pages` by address, which a test may change as it goes on; what is not in it is not found (404). A
    FetchFailed in it is raised. `asked` keeps the addresses in the order they were asked for. Safe to use from several
    threads."""

    def __init__(
        self, pages: Mapping[str, Served | FetchFailed] | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.pages = dict(pages or {})
        self.asked: list[str] = []
        self._clock = clock or FixedClock()

    def get(self, request: FetchRequest) -> Response:
        """The page, whole; or FetchFailed."""
        url = request.url
        self.asked.append(url)
        served = self.pages.get(url, FetchFailed("http 404", f"{url} answered 404"))
        if isinstance(served, FetchFailed):
            raise served
        return Response(
            url=url,
            final_url=url,
            fetched_at=self._clock(),
            media_type=served.media_type,
            body=served.body,
            charset=served.charset,
        )


def article(title: str, *paragraphs: str, head: str = "") -> Served:
    """A plain page of an article. `title` and `paragraphs` are HTML, `head` is more of it."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head>"
    html += f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    return Served(html.encode())


def feed(*entries: tuple[str, str]) -> Served:
    """An RSS feed of (title, address) entries."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(address)}</link>"
        "<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>"
        for title, address in entries
    )
    text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>A feed</title>{items}</channel></rss>"
    return Served(text.encode(), "application/rss+xml", None)


Answer = object | Callable[[Request], object]
"""What a scripted model answers: the text of the reply, an object to be sent as JSON, a whole Reply, an error to be
raised; or a function that gives one of these for a request."""


class ScriptedModel:
    """A model layer that answers a request by the name of its prompt. A test may change `answers` as it goes on; a
    prompt that has none is an error of the test (KeyError). `asked` keeps all requests. Safe to use from several
    threads."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers: dict[str, Answer] = dict(honest() if answers is None else answers)
        self.asked: list[Request] = []

    def complete(self, request: Request) -> Reply:
        """The script's answer to the request, which is kept."""
        self.asked.append(request)
        answer = self.answers[request.prompt_name]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Reply):
            return answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return reply(request, text)

    @property
    def prompts(self) -> list[str]:
        """The names of the prompts that were asked, in order."""
        return [request.prompt_name for request in self.asked]

    def material(self, prompt: str) -> str:
        """What the last question of `prompt` was about. Raises StopIteration where there was none."""
        return material(next(request for request in reversed(self.asked) if request.prompt_name == prompt))


def reply(request: Request, text: str, finish: str = "stop") -> Reply:
    """A reply to `request`, with the tokens that a double counts."""
    asked = sum(len(message.content) for message in request.messages)
    return Reply(
        text=text, finish=finish, model=request.model, prompt_tokens=asked // 2, completion_tokens=ANSWER_TOKENS
    )


def material(request: Request) -> str:
    """What a request asks about: its prompt without what is the same in every question."""
    return request.messages[1].content


class _ScriptedServices(Services):
    """Services whose model is a double."""

    def script(self, model: ScriptedModel) -> "_ScriptedServices":
        """Answers by `model` from now on."""
        self._model = model
        return self

    @contextmanager
    def session(
        self,
        *,
        model: ModelSettings | None = None,
        others: Mapping[str, str] | None = None,
        use_cache: bool = True,
        limited: bool = False,
    ) -> Iterator[ModelSession]:
        """As the services' own, without an endpoint."""
        with super().session(model=model, others=others, use_cache=use_cache, limited=limited) as session:
            replaced = {prompt: other._replace(layers=self._model) for prompt, other in session.others.items()}
            yield session._replace(layers=self._model, others=replaced)


class _MachineWithoutSite(Machine):
    """A machine whose runs leave the site as it is."""

    def _regenerate(self, slug: str, progress: Progress) -> None:
        """Nothing."""


def machine(
    home: Path,
    web: PagesFromDict,
    model: ScriptedModel,
    clock: Callable[[], datetime],
    *,
    settings: Settings | None = None,
    providers: tuple[SearchProvider, ...] = (),
) -> Machine:
    """The machine of `home`, on doubles. Its runs publish nothing: call `publish` for a site."""
    settings = settings or Settings()
    store = Store(settings.store.url or home / "store.db")
    services = _ScriptedServices(
        settings=settings,
        store=store,
        web=lambda _moment: web,
        reader=DirectReader(),
        limiter=LocalRateLimiter(),
        now=clock,
        secret=lambda _name: "none",
        providers=providers,
        sites=sites({}),
        prompts_folder=home / "prompts",
        progress=_silent,
        stop=StopSignal(),
    ).script(model)
    return _MachineWithoutSite(
        home=home, settings=settings, store=store, now=clock, progress=_silent, services=services
    )


def _silent(_event: ProgressEvent) -> None:
    """Progress that no one watches."""


# The mechanical answers: each from the words of its question alone.


def honest() -> dict[str, Answer]:
    """A script that does what is asked, mechanically, for every prompt but those that ask for a section of a page."""
    return {name: _answering(answer) for name, answer in MECHANICAL.items()}


def _answering(answer: Callable[[str], object]) -> Callable[[Request], object]:
    return lambda request: answer(material(request))


def extraction(article: str) -> dict[str, Any]:
    """The claims of one article: each of its sentences is one."""
    claims = [
        {"statement": words, "kind": "fact", "speaker": "", "occurred": "2016", "sentences": [int(number)]}
        for number, words in SENTENCE.findall(article)
    ]
    return {
        "summary": "An article says several things.",
        "form": "news report",
        "status": "",
        "topics": ["Quiet Ten", "schools"],
        "cast": [],
        "claims": claims,
        "telling": [1] if claims else [],
        "figures": [],
        "works": [],
    }


def extract_answer(asked: str) -> dict[str, Any]:
    """One article's claims, or a list of several articles' where several are shown."""
    articles = re.split(r"^Venue: ", asked, flags=re.MULTILINE)[1:]
    if len(articles) == 1:
        return extraction(asked)
    return {"articles": [extraction(each) for each in articles]}


def posts_answer(asked: str) -> dict[str, Any]:
    """The claims of posts: each of their sentences is one, its post's author's."""
    of_article = extraction(asked)
    claims = [{**claim, "kind": "argument", "occurred": ""} for claim in of_article["claims"]]
    wanted = ("cast", "telling", "figures", "works")
    return {
        "summary": "People say several things.",
        "topics": ["Quiet Ten"],
        "claims": claims,
        **{name: of_article[name] for name in wanted},
    }


def sentence(citable: tuple[str, str], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A sentence that says what a sentence of a source (as CITABLE finds it) says, and cites it."""
    return {"text": citable[1], "cites": [citable[0]], **changes}


def reading(text: str, *cites: str) -> dict[str, Any]:
    """A sentence that is the writer's own reading."""
    return {"reading": text, "cites": list(cites)}


def page_answer(asked: str) -> dict[str, Any]:
    """A page of all sentences, in one paragraph."""
    citable = CITABLE.findall(asked)
    first = citable[0]
    venue = re.findall(r"^## Source \d+: (.*?) / ", asked, re.MULTILINE)[0]
    return {
        "title": "A discussion of silence",
        "cast": [{"name": venue, "also": [], "role": "", "venue": "A venue", "same_because": []}],
        "in_brief": [sentence(first)],
        "narrative": [{"theme": "what happened", "sentences": [sentence(each) for each in citable]}],
        "timeline": [{"date": "2016", "dated": "stated", "sentence": sentence(first)}],
        "perspectives": [{"voice": venue, "position": [sentence(first)]}],
        "also_heard": [],
        "tensions": [
            {
                "question": sentence(first),
                "sides": [{"answer": "It is so", "voice": venue, "sentences": [sentence(first)]}],
                "relation": [],
                "common_ground": [],
                "missing": [reading("No source here has measured it.", first[0])],
            }
        ],
        "figures": [],
        "missing_voices": [{"name": "The pupils", "why": "nobody asked them", "cites": []}],
        "left_out": [],
    }


def update_answer(asked: str) -> dict[str, Any]:
    """Every paragraph kept, and the sentences of new sources put behind the last: what is new is what they say."""
    standing, _, sources = asked.partition("\n# Sources")
    new = [part for part in re.split(r"^## ", sources, flags=re.MULTILINE) if part.startswith("New source")]
    citable = [each for part in new for each in CITABLE.findall(part)]
    paragraphs: list[Any] = re.findall(
        r"^(p[\d-]+) ", standing.partition("## Narrative")[2].partition("## Timeline")[0], re.MULTILINE
    )
    if citable:
        paragraphs.append({"id": "", "theme": "what is new", "sentences": [sentence(each) for each in citable]})
    return {
        "title": "",
        "whats_new": [sentence(each) for each in citable[:5]],
        "in_brief": [sentence(each) for each in citable[:1]],
        "cast": [],
        "narrative": paragraphs,
        "timeline": [],
        "voices": [],
        "also_heard": [],
        "tensions": [],
        "figures": [],
        "missing_voices": [{"name": "The pupils", "why": "nobody asked them", "cites": []}],
        "retire": [],
        "left_out": [],
    }


def support_answer(asked: str, *faults: tuple[int, str, str]) -> dict[str, Any]:
    """Every sentence carried, but for `faults`: number, reason and better wording."""
    numbers = re.findall(r"^(\d+)\. \(", asked.partition("# Sentences")[2], re.MULTILINE)
    rest: dict[str, Any] = {"also": [], "heading": ""}
    named = [{"sentence": n, "reason": reason, "better": better, **rest} for n, reason, better in faults]
    return {"judged": len(numbers), "faults": named}


def translate_answer(asked: str) -> dict[str, Any]:
    """Every passage, as it stands, with the language it was in before it."""
    found = re.findall(r"^(\d+)\. \((.*?);.*?\) (.*)$", asked, re.MULTILINE)
    return {"translations": [{"number": int(n), "text": f"from {language}: {words}"} for n, language, words in found]}


def day_answer(asked: str) -> dict[str, Any]:
    """The first sentence leads; every development matters for the reason it states first."""
    developments = re.findall(r"^## \[(d\d+)\].*\n+\[(s\d+)\] (.*)$", asked, re.MULTILINE)
    return {
        "lead": {"text": developments[0][2], "sentences": [developments[0][1]]},
        "order": [name for name, _, _ in developments],
        "why": [{"development": name, "text": text, "sentences": [first]} for name, first, text in developments],
        "disagreements": [],
    }


def check_answer(asked: str) -> dict[str, Any]:
    """The two words that the probe of an endpoint asks for."""
    first, last = re.findall(r"the (?:first|last) word is (\w+)", asked)
    return {"first": first, "last": last}


MECHANICAL: dict[str, Callable[[str], dict[str, Any]]] = {
    "triage": lambda _: {"set_aside": []},
    "discover": lambda _: {"threads": [], "discussions": []},
    "day": day_answer,
    "pursue": lambda _: {"searches": []},
    "extract": extract_answer,
    "posts": posts_answer,
    "page": page_answer,
    "update": update_answer,
    "support": support_answer,
    "translate": translate_answer,
    "check": check_answer,
}
"""The mechanical answer to what a prompt asks about, by the prompt's name."""
