"""A thread on a small model that really runs on this machine, behind the server that people run it with.

`INFORMATION_MACHINE_MODEL_SERVER` names the base URL of an OpenAI-compatible server on loopback, CONTRIBUTING says how
to have one. What a model of a hundred million weights writes is nonsense; what is held to here is what the program makes
of it: the run ends, whatever is told of the page stands to the letter in its sources, and nothing is paid for twice.
"""

import os
import sqlite3
from contextlib import closing

import httpx2
import pytest

from tests import doubles

SERVER = os.environ.get("INFORMATION_MACHINE_MODEL_SERVER")

pytestmark = pytest.mark.skipif(not SERVER, reason="INFORMATION_MACHINE_MODEL_SERVER names no server")

ARTICLES = {
    "/council": (
        "Marrow Bridge closed to cars until spring",
        "Kestle town council voted on 3 February 2026 to close Marrow Bridge to cars until the end of April.",
        "Councillor Ines Pohl, who proposed the trial, said that 9,400 cars a day had crossed the bridge in 2025.",
        "Buses, bicycles and the fire brigade may still use it.",
        "The council set aside 85,000 crowns for signs and counters.",
    ),
    "/traders": (
        "Traders say the closed bridge costs them a fifth of their takings",
        "The traders of Low Street said on 2 March 2026 that their takings had fallen by 20 percent in a month.",
        "Their speaker, the baker Tom Arkwell, asked the council to end the trial at once.",
        "He said that he had asked eleven of the street's thirty shops.",
        "The council said that it would wait for figures from the till registers.",
    ),
    "/counts": (
        "Counters show more people on foot in Low Street",
        "The counters at Marrow Bridge showed 6,200 people on foot a day in February 2026, up from 4,800 a year before.",
        "Dr. Lena Voss of the college at Kestle, who reads the counters, said that a mild winter explains part of it.",
        "She said that the counters cannot tell whether anybody buys something.",
    ),
    "/brigade": (
        "Fire brigade is two minutes faster over the empty bridge",
        "The fire brigade of Kestle reached Low Street in five minutes on average in February 2026, it said.",
        "In February 2025 it had taken seven minutes.",
        "Its chief, Maren Oduya, said that she would like to keep the bridge free of cars in the mornings.",
    ),
    "/opinion": (
        "Give the bridge until autumn",
        "Three months are too short to judge what a closed bridge does to a town, writes Paul Ferrant.",
        "He asks the council to extend the trial to the end of September.",
        "The traders, he argues, count eleven shops and speak for thirty.",
    ),
}


@pytest.fixture
def home(tmp_path, web):
    """A home whose model is the server's first one, with answers short enough to end in minutes."""
    for path, (title, *sentences) in ARTICLES.items():
        web.pages[path] = doubles.page(title, *sentences)
    name = httpx2.get(f"{SERVER}/models").json()["data"][0]["id"]
    (tmp_path / "machine.toml").write_text(
        f'[model]\nbase_url = "{SERVER}"\nname = "{name}"\ndeadline_s = 3600\nparallel = 1\n'
        f'run_tokens = 1000000\nlongest_answer = 800\n[fetch]\nallow_hosts = ["{web.host}"]\n'
    )
    return tmp_path


def test_a_thread_on_a_small_model_ends_and_every_quotation_is_exact(run, home, web):
    pages = [word for path in ARTICLES for word in ("--page", f"{web.base}{path}")]
    assert run("new", "bridge", "--title", "Marrow Bridge", *pages, "--home", home).code == 0
    ended = run("thread", "bridge", "--home", home, "--json")
    assert ended.code in (0, 1)
    assert ended.json["model_calls"] > 0
    assert {trouble["reason"] for trouble in ended.json["troubles"]} <= {"no usable answer"}
    run("thread", "bridge", "--home", home)
    paid_twice = "SELECT key FROM replies WHERE rejected IS NULL GROUP BY key HAVING count(*) > 1"
    with closing(sqlite3.connect(home / "store.db")) as store:
        assert store.execute(paid_twice).fetchall() == []
    if ended.json["version"] is None:  # nothing of what it said could be used
        return
    assert run("verify", "bridge", "--home", home).code == 0
    version = run("show", "bridge", "--format", "json", "--home", home).json
    texts = [" ".join(sentences) for _, *sentences in ARTICLES.values()]
    for claim in version["claims"].values():
        for quotation in claim["evidence"]:
            assert any(" ".join(quotation["text"].split()) in text for text in texts), quotation
    made = version["made_by"]
    assert (made["struck"] > 0) == any(loss["done"] == "struck" for loss in made["losses"]), "what was struck is told"
