"""What a run costs: calls, rounds and tokens, for threads of 35 and 100 articles; and what breaking off may cost: nothing
but the call in flight."""

import re
import shutil
import threading
import time
from contextlib import contextmanager, suppress

from pipeline import testing
from pipeline.model.tokens import count_tokens
from pipeline.store.database import Store
from tests.conftest import ARTICLE, follow, run_again, version_of
from tests.sampling import step

PAGE_SENTENCES, NEW_SENTENCES = 28, 6
FEED = "http://a.example/feed"


def words(number, parts=4):
    """Sentences of which none stands in another article: in four parts about 900 words."""
    return [
        f"In part {part} of report {number} the county counted {number * 97 + part} {thing} of the new line, and the "
        f"firm's engineer for district {number} said that the figure for {thing} was too high by {part + 2} in all."
        for part in range(parts)
        for thing in ("cells", "packs", "shipments", "inspections", "letters", "hearings")
    ]


def extract_some(request):
    answer = testing.extract_answer(testing.material(request))
    return {**answer, "claims": answer["claims"][:10]}


def write_some(request):
    """A sentence of each source until the page is full; the others have nothing of their own."""
    material = testing.material(request)
    answer, firsts = testing.page_answer(material), {}
    for citable in testing.CITABLE.findall(material):
        firsts.setdefault(int(citable[0].partition(".")[0]), testing.sentence(citable))
    used = list(firsts)[:PAGE_SENTENCES]
    answer["narrative"][0]["sentences"] = [firsts[source] for source in used]
    answer["left_out"] = [{"source": source, "why": "nothing of its own"} for source in firsts if source not in used]
    return answer


def edit_some(request):
    """The first paragraph, in which some sentences give way to new ones."""
    material = testing.material(request)
    answer, (standing, _, sources) = testing.update_answer(material), material.partition("\n# Sources")
    narrative = standing.partition("## Narrative")[2].partition("## Timeline")[0]
    kept = re.findall(r"^ +(s[\d-]+): ", narrative, re.MULTILINE)[: PAGE_SENTENCES - NEW_SENTENCES]
    citable = testing.CITABLE.findall(sources.partition("\n## New source")[2])[:NEW_SENTENCES]
    paragraph = {"id": answer["narrative"][0], "theme": "what happened"}
    answer["narrative"] = [{**paragraph, "sentences": [*kept, *map(testing.sentence, citable)]}]
    return answer


def steady():
    """A model that answers as a good one does in size: a few claims an article, a page of one size, few edits."""
    return {**testing.honest(), "extract": extract_some, "page": write_some, "update": edit_some}


class Rounds:
    """Wraps answers: all extractions are answered only when all have been asked, so they are one round or none; and
    counts the longest chain of answers that did not overlap."""

    def __init__(self, articles):
        self.spans, self._together = [], threading.Barrier(articles)

    def of(self, prompt, answer):
        def timed(request):
            began = time.monotonic()
            if prompt == "extract":
                self._together.wait(timeout=120)
            found = answer(request)
            self.spans.append((began, time.monotonic(), prompt))
            return found

        return timed

    def chain(self, *prompts):
        rounds, last = 0, 0.0
        for end, began in sorted((end, began) for began, end, prompt in self.spans if prompt in prompts):
            if began >= last:
                rounds, last = rounds + 1, end
        return rounds


def bring(pages, upto, parts=4):
    """Lets the feed name so many articles; those that are new are of so many parts."""
    addresses = [f"http://a{number}.example/" for number in range(upto)]
    for number, address in enumerate(addresses):
        if address not in pages.pages:
            pages.pages[address] = testing.article(f"Report {number}", *words(number, parts))
    pages.pages[FEED] = testing.feed(*((f"Report {n}", address) for n, address in enumerate(addresses)))


def test_a_first_version_of_35_articles_costs_38_calls_in_3_rounds_before_it_is_checked(begin_machine, pages, script):
    machine, rounds = begin_machine(model={"parallel": 40}), Rounds(35)
    script.answers = {prompt: rounds.of(prompt, answer) for prompt, answer in steady().items()}
    bring(pages, 35)
    follow(machine, feeds=[FEED])
    assert run_again(machine).version == 1
    asked = {prompt: script.prompts.count(prompt) for prompt in script.prompts}
    assert asked == {"triage": 1, "extract": 35, "page": 1, "support": 1}
    assert rounds.chain("triage", "extract", "page") == 3
    keys = [request.key for request in script.asked]
    assert len(set(keys)) == len(keys), "no question is asked twice"


def test_three_more_articles_cost_five_calls_and_the_same_beside_35_as_beside_100(tmp_path, pages, clock, machines_on):
    cost = {}
    for many in (35, 100):
        script = testing.ScriptedModel(steady())
        machine = machines_on(tmp_path / str(many), script, fetch={"per_feed": 200})
        pages.pages.clear()
        bring(pages, many, parts=1)  # what is known already is not asked about, so it may be short
        follow(machine, feeds=[FEED])
        assert run_again(machine).version == 1
        since = len(script.asked)
        bring(pages, many + 3)
        assert run_again(machine).version == 2
        assert sorted(script.prompts[since:]) == ["extract", "extract", "extract", "support", "update"]
        news = script.asked[since:]
        cost[many] = sum(count_tokens(message.content) for request in news for message in request.messages)
    assert cost[100] <= 1.2 * cost[35]
    assert cost[35] < 21_500


# Broken off after every write.


class Killed(BaseException):
    """The end of a process, as far as one process can tell: nothing is written after it."""


@contextmanager
def killed_after(writes, monkeypatch):
    """Lets the store take so many more writes, and says in the end how many it has taken."""
    whole, taken = Store.writing, [0]

    @contextmanager
    def writing(store, **how):
        if taken[0] == writes:
            raise Killed
        with whole(store, **how) as connection:
            yield connection
        taken[0] += 1
        if taken[0] == writes:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Store, "writing", writing)
        yield taken


def test_broken_off_after_a_write_of_an_update_it_ends_with_the_same_version(
    tmp_path, pages, script, machines_on, monkeypatch
):
    """After some of its writes, or with `tests/sampling.py` after any. `tests/sweeps` kills a process at some of these places, and at system calls between them."""
    one_by_one = {"model": {"parallel": 1}, "fetch": {"parallel": 1}}
    standing = machines_on(tmp_path / "standing", script, **one_by_one)
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE))
    follow(standing, ARTICLE, feeds=[FEED])
    run_again(standing)
    standing.close()
    for name in ("b", "c"):
        text = f"The councillor for ward {name} put the cost at 6.1 million crowns, cover teachers of {name} included. "
        pages.pages[f"http://{name}.example/"] = testing.article(
            f"The cost in {name}", *(f"{n} {text}" for n in range(90))
        )
    entries = [("The cost", "http://b.example/"), ("It again", "http://c.example/"), ("Silence and sums", ARTICLE)]
    pages.pages[FEED] = testing.feed(*entries)
    wanted, calls = None, 0
    for writes in (0, *range(1, 1000, step(9))):
        place, since = tmp_path / str(writes), len(script.asked)
        shutil.copytree(tmp_path / "standing", place)
        if writes:  # the first is never broken off: it says what is wanted
            broken = machines_on(place, script, **one_by_one)
            with suppress(Killed), killed_after(writes, monkeypatch) as taken:
                run_again(broken)
            broken.close()
            if taken[0] < writes:
                break
        again = machines_on(place, script, **one_by_one)
        assert run_again(again).exit_code == 0, writes
        version = version_of(again)
        wanted, calls = wanted or version, calls or len(script.asked) - since
        assert version == wanted, writes
        assert version["version"] == 2
        assert again.store.check_integrity() == "ok"
        again.close()
        assert len(script.asked) - since <= calls + 1, f"after {writes} writes, more than one call was paid twice"
    assert writes > 10
