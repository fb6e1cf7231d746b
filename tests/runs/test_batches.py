"""Batches of threads on doubles: what is due is run, what feeds bring is sorted, what the operator decides is kept to."""

import re
import threading
from contextlib import suppress
from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.cli.format import status_lines
from pipeline.errors import ModelUnavailable, UsageError
from pipeline.fetch.source_list import SourceList
from pipeline.publish.formats import version_markdown


def article(name, count=3):
    return testing.article(
        f"The {name} plan", *(f"The {name} office counted {n} things of the plan." for n in range(count))
    )


def feed_of(name):
    return f"http://{name}.example/feed"


def first_of(name):
    return f"http://{name}.example/1"


def begin(machine, pages, *names):
    """Threads on a feed each, with one article."""
    for name in names:
        pages.pages[first_of(name)] = article(name)
        pages.pages[feed_of(name)] = testing.feed((f"The {name} plan", first_of(name)))
        machine.editor.new(name, name, SourceList(feeds=[feed_of(name)]))


def batch(machine, clock=None):
    """A batch; given the clock, one that comes when everything is due again."""
    if clock:
        clock.forward(timedelta(hours=7))
    return machine.batch(lambda _event: None)


def versions(machine):
    """The last version of each thread, by its name."""
    return {line.thread.slug: line.version.version if line.version else None for line in machine.queries.threads()}


def lines(report):
    return {line.thread: line for line in report.threads}


def run_one(machine, slug):
    return machine.run(slug)


def test_a_batch_with_nothing_new_asks_nothing(machine, pages, script, clock):
    begin(machine, pages, "alpha", "beta")
    assert batch(machine).model_calls == len(script.asked)
    since = len(script.asked)
    report = batch(machine, clock)
    assert report.exit_code == 0
    assert [line.outcome for line in report.threads] == ["nothing new", "nothing new"]
    assert len(script.asked) == since
    assert machine.status(9).batches[0].model_calls == 0


def test_what_is_not_due_is_not_run(machine, pages):
    begin(machine, pages, "alpha")
    batch(machine)
    asked = len(pages.asked)
    report = batch(machine)
    assert (report.threads, report.waiting) == ((), 1)
    assert len(pages.asked) == asked


def test_a_thread_that_fails_is_a_line_and_the_others_are_done(machine, pages):
    begin(machine, pages, "alpha", "beta")
    del pages.pages[feed_of("alpha")]
    report = batch(machine)
    assert report.exit_code == 1
    assert lines(report)["alpha"].problems == 1
    assert lines(report)["beta"].version == 1


def test_a_question_two_threads_share_is_asked_once(machine, pages, script):
    """The same article in two threads that run at the same time: the second waits for the answer to the first."""
    pages.pages[first_of("both")] = article("both")
    pages.pages[feed_of("both")] = testing.feed(("The both plan", first_of("both")))
    for name in ("one", "two"):
        machine.editor.new(name, "the same", SourceList(feeds=[feed_of("both")]))
    second = threading.Event()

    def slowly(request):
        second.wait(0.2)  # a second question would come now, and end the waiting
        if script.prompts.count("extract") > 1:
            second.set()
        return testing.extract_answer(testing.material(request))

    script.answers["extract"] = slowly
    report = batch(machine)
    assert report.exit_code == 0
    assert [line.version for line in report.threads] == [1, 1]
    assert script.prompts.count("extract") == 1
    assert pages.asked.count(feed_of("both")) == 1


def test_what_a_shared_feed_brings_reaches_every_thread_that_follows_it(machine, pages):
    pages.pages[first_of("both")] = article("both")
    pages.pages[feed_of("both")] = testing.feed(("The both plan", first_of("both")))
    for name in ("one", "two"):
        machine.editor.new(name, name, SourceList(feeds=[feed_of("both")]))
        assert run_one(machine, name).version == 1
    pages.pages["http://both.example/2"] = article("later")
    pages.pages[feed_of("both")] = testing.feed(
        ("The both plan", first_of("both")), ("More of it", "http://both.example/2")
    )
    assert [run_one(machine, name).version for name in ("one", "two")] == [2, 2]


# What it may spend.


def test_a_greedy_thread_does_not_starve_the_others_and_the_ceiling_is_never_passed(
    begin_machine, pages, script, clock
):
    limits = {"tokens": 30_000, "parallel": 1}
    machine = begin_machine(model={"longest_answer": 500, "parallel": 1}, batch=limits)
    entries = [(f"On {n}", f"http://greedy.example/{n}") for n in range(12)]
    pages.pages |= {address: article(title, 20) for title, address in entries}
    pages.pages[feed_of("greedy")] = testing.feed(*entries)
    machine.editor.new("a-greedy", "greedy", SourceList(feeds=[feed_of("greedy")]))
    begin(machine, pages, "beta", "gamma")
    report = batch(machine)
    assert (report.exit_code, report.budget_spent) == (4, True)
    assert report.prompt_tokens + report.completion_tokens <= 30_000
    assert lines(report)["a-greedy"].budget_spent
    assert (lines(report)["beta"].version, lines(report)["gamma"].version) == (1, 1)
    extracted = script.prompts.count("extract")
    for _ in range(6):
        if batch(machine, clock).exit_code == 0:
            break
    assert versions(machine)["a-greedy"] >= 1
    assert extracted < script.prompts.count("extract") <= 14, "an article was asked about twice"


def test_the_reports_count_what_was_really_spent(begin_machine, pages, script):
    machine = begin_machine(model={"price_in": 2.0, "price_out": 8.0})
    begin(machine, pages, "alpha")
    report = batch(machine)
    asked = sum(testing.reply(request, "").prompt_tokens for request in script.asked)
    answered = testing.ANSWER_TOKENS * len(script.asked)
    assert (report.prompt_tokens, report.completion_tokens) == (asked, answered)
    assert report.price == pytest.approx((asked * 2 + answered * 8) / 1e6)
    [(_, calls, tokens, price)] = machine.status(9).spend
    assert (calls, tokens) == (len(script.asked), asked + answered)
    assert price == pytest.approx(report.price)


@pytest.mark.parametrize("end", [KeyboardInterrupt, MemoryError])
def test_what_a_run_spent_that_came_to_no_report_is_counted(begin_machine, pages, script, clock, end):
    """Stopped or broken off with its second question: the first was paid for."""
    machine = begin_machine()
    begin(machine, pages, "alpha")

    def breaks_off(_request):
        raise end

    script.answers["page"] = breaks_off
    with pytest.raises(end):
        machine.run("alpha")
    first = testing.reply(script.asked[0], "")
    [(date, calls, tokens, _)] = machine.status(9).spend
    assert (date, calls) == (f"{clock():%Y-%m-%d}", 1)
    assert tokens == first.prompt_tokens + first.completion_tokens


def many_articles(machine, pages, name, count=8):
    entries = [(f"On {n}", f"http://{name}{n}.example/") for n in range(count)]
    pages.pages |= {address: article(f"{name} {title}", 20) for title, address in entries}
    pages.pages[feed_of(name)] = testing.feed(*entries)
    machine.editor.new(name, name, SourceList(feeds=[feed_of(name)]))


class Killed(BaseException):
    """The end of a process: nothing is written after it."""


@pytest.mark.parametrize(("who", "end"), [("run", Killed), ("batch", Killed), ("batch", KeyboardInterrupt)])
def test_what_was_killed_and_what_goes_on_from_there_have_one_ceiling(begin_machine, pages, script, clock, who, end):
    """What comes after that has a ceiling of its own again: by then there is a report."""
    ceiling = 30_000
    if who == "run":
        machine = begin_machine(model={"longest_answer": 500, "parallel": 1, "run_tokens": ceiling})
    else:
        machine = begin_machine(model={"longest_answer": 500, "parallel": 1}, batch={"tokens": ceiling, "parallel": 1})
    many_articles(machine, pages, "alpha")

    def go():
        """Runs; the tokens that it took."""
        clock.forward(timedelta(hours=7))
        before = machine.status(9).thread_spend
        with suppress(end):
            machine.run("alpha") if who == "run" else batch(machine)
        return machine.status(9).thread_spend[0][2] - (before[0][2] if before else 0)

    honest = script.answers["extract"]

    def killed_at_the_fourth(request):
        if len(script.asked) == 4:
            raise end
        return honest(request)

    script.answers["extract"] = killed_at_the_fourth
    killed = go()
    told = [testing.reply(request, "") for request in script.asked[:3]]
    assert killed == sum(reply.prompt_tokens + reply.completion_tokens for reply in told)
    goes_on = go()
    assert killed + goes_on <= ceiling
    assert goes_on + go() > ceiling - killed, "nothing is counted twice"


def test_what_a_deleted_thread_cost_was_paid(machine, pages):
    begin(machine, pages, "alpha")
    report = run_one(machine, "alpha")
    before = machine.status(9).spend
    machine.delete("alpha")
    assert machine.status(9).spend == before
    assert before[0][2] == report.prompt_tokens + report.completion_tokens
    begin(machine, pages, "alpha")
    assert machine.status(9).thread_spend == ()


def test_a_thread_that_another_run_holds_is_left_to_it(machine, pages):
    begin(machine, pages, "alpha", "beta")
    with machine.store.lock("alpha", "a run by hand"):
        report = batch(machine)
    assert report.exit_code == 0
    assert {slug: line.outcome for slug, line in lines(report).items()} == {"alpha": "busy", "beta": "new version"}
    assert lines(batch(machine))["alpha"].outcome == "new version"


def test_quiet_hours_begin_nothing(begin_machine, pages, script, clock):
    machine = begin_machine(batch={"quiet_hours": "11-14"})  # the clock says noon
    begin(machine, pages, "alpha")
    report = batch(machine)
    assert report.exit_code == 0
    assert report.resting_until == clock().replace(hour=14)
    assert (pages.asked, script.asked) == ([], [])


def test_a_dead_endpoint_ends_the_asking_and_not_the_batch(begin_machine, pages, script, clock):
    machine = begin_machine(batch={"parallel": 1})
    begin(machine, pages, "alpha")
    batch(machine)
    begin(machine, pages, "beta", "gamma")
    script.answers["extract"] = ModelUnavailable("the endpoint cannot be reached")
    asked = len(script.asked)
    report = batch(machine, clock)
    assert report.exit_code == 1
    assert sorted(lines(report)) == ["alpha", "beta", "gamma"]
    assert lines(report)["beta"].outcome == "failed"
    assert "could not be asked" in lines(report)["gamma"].problem
    assert len(script.asked) == asked + 1
    script.answers |= testing.honest()
    assert batch(machine, clock).exit_code == 0
    assert versions(machine) == {"alpha": 1, "beta": 1, "gamma": 1}


# What feeds bring.

ALL = "http://all.example/feed"
NEWS = [
    f"The alpha office counted {n} {what} of the plan, its head said."
    for n, what in enumerate(("posts", "cars", "trees"), 7)
]
SORTED = {"threads": [{"item": 1, "thread": "t1"}], "discussions": []}


def bring(pages, *entries):
    """Puts (address, title, words) on the web and in the watched feed."""
    pages.pages |= {address: testing.article(title, *words) for address, title, words in entries}
    pages.pages[ALL] = testing.feed(*((title, address) for address, title, _ in entries))


@pytest.fixture
def watching(begin_machine):
    machine = begin_machine(discover={"keep_days": 36_500})  # the double's feeds are of 2026-03
    machine.editor.watch(SourceList(feeds=[ALL]))
    return machine


MORE = ("http://w.example/w", "More on the alpha plan", NEWS)


def more_arrives(machine, pages, script, clock, sorting):
    """The batch in which the watched feed brings more on a thread that has a page; `sorting` is the model's answer."""
    begin(machine, pages, "alpha")
    bring(pages)
    batch(machine)
    bring(pages, MORE)
    script.answers["discover"] = sorting
    return batch(machine, clock)


def test_an_arrival_goes_to_the_thread_it_belongs_to_and_is_news_there(watching, pages, script, clock):
    report = more_arrives(watching, pages, script, clock, SORTED)
    assert report.exit_code == 0
    assert (report.arrived, report.assigned) == (1, 1)
    assert [(line.thread, line.version) for line in report.threads] == [("alpha", 2)]


def test_what_is_near_nothing_is_not_asked_about_and_arrives_once(watching, pages, clock):
    cake = "http://c.example/cake"
    bring(pages, (cake, "An apple cake", ["Butter, sugar and four apples."]))
    report = batch(watching)
    assert (report.arrived, report.model_calls) == (1, 0)
    pages.pages[ALL] = testing.feed(("An apple cake", f"{cake}?utm_source=feed"))
    assert batch(watching, clock).arrived == 0
    assert dict(watching.status(9).arrivals) == {"loose": 1}


def test_sorting_that_has_no_answer_waits_for_the_next_batch(watching, pages, script, clock):
    report = more_arrives(watching, pages, script, clock, "no")
    assert report.exit_code == 1
    assert [problem.what for problem in report.problems] == ["the sorting of new items"]
    script.answers["discover"] = SORTED
    assert batch(watching).assigned == 1
    assert versions(watching)["alpha"] == 2


def test_sorting_has_a_ceiling_a_batch_and_not_one_for_all_that_was_ever_of_no_thread(
    begin_machine, pages, script, clock
):
    ceiling = 12_000
    machine = begin_machine(
        discover={"keep_days": 36_500}, model={"longest_answer": 500, "parallel": 1, "run_tokens": ceiling}
    )
    machine.editor.watch(SourceList(feeds=[ALL]))
    while sum(spent[2] for spent in machine.status(9).spend) <= ceiling:
        begin(machine, pages, "beta")
        run_one(machine, "beta")
        machine.delete("beta")  # what it cost is no thread's from now on
        clock.forward(timedelta(minutes=1))
    report = more_arrives(machine, pages, script, clock, SORTED)
    assert (report.assigned, [problem.what for problem in report.problems]) == (1, [])


@pytest.mark.parametrize(
    "answer",
    [
        {"threads": [{"item": 99, "thread": "t1"}, {"item": 1, "thread": "t99"}], "discussions": []},
        {"threads": [], "discussions": [{"title": "X", "label": "x", "items": [1, 1, 99], "why": ""}]},
        {"threads": [], "discussions": [{"title": " ", "label": "", "items": [1, 2], "why": ""}]},
    ],
)
def test_an_answer_that_names_what_was_not_shown_does_nothing(watching, pages, script, clock, answer):
    begin(watching, pages, "alpha")
    bring(pages)
    batch(watching)
    bring(pages, MORE, ("http://w.example/x", "The alpha plan again", NEWS))
    script.answers["discover"] = answer
    report = batch(watching, clock)
    assert (report.arrived, report.assigned, report.begun, report.proposed) == (2, 0, (), ())
    assert script.prompts.count("discover") == 1
    assert versions(watching)["alpha"] == 1


# What the operator decides.


@pytest.fixture
def proposed(watching, pages, script):
    """A proposed thread of an article and two of another host that lead to it."""
    words = [f"The gamma office counted {n} things of the plan." for n in range(3)]
    link = f'<a href="{first_of("gamma")}">The count</a>'
    answers = [
        (
            f"http://other.example/{n}",
            f"An answer on the gamma plan {n}",
            [f"{link} is wrong {k} times, engineer {n} holds." for k in "abc"],
        )
        for n in (2, 3)
    ]
    bring(pages, (first_of("gamma"), "The gamma plan", words), *answers)
    discussion = {"title": "The gamma plan", "label": "Gamma plan", "items": [1, 2, 3], "why": "It is disputed."}
    script.answers["discover"] = {"threads": [], "discussions": [discussion]}
    report = batch(watching)
    assert (report.proposed, report.begun, report.threads) == (("gamma-plan",), (), ())
    return watching


def test_a_proposed_thread_is_run_once_it_is_accepted(proposed):
    [line] = proposed.queries.threads()
    assert (line.thread.slug, line.thread.state, line.thread.state_reason) == (
        "gamma-plan", "proposed", "It is disputed.",
    )  # fmt: skip
    proposed.publish()
    assert not (proposed.site_folder / "threads").exists()
    proposed.editor.accept("gamma-plan", "Gamma")
    assert [(line.thread, line.version) for line in batch(proposed).threads] == [("gamma-plan", 1)]
    with pytest.raises(UsageError):
        proposed.editor.accept("gamma-plan", "")


def test_no_thread_is_merged_into_one_that_has_not_begun(proposed):
    proposed.editor.new("live", "Live", SourceList(pages=["http://a.example/x"]))
    with pytest.raises(UsageError, match="is proposed: only `accept gamma-plan` begins it"):
        proposed.editor.merge("live", "gamma-plan")
    proposed.editor.merge("gamma-plan", "live")


def test_a_proposal_is_shown_with_the_items_it_would_begin_with(proposed):
    def shown():
        [line] = [line for line in proposed.threads() if line.proposed]
        return {item.id for item in line.proposed}

    assert proposed.status(1).proposed == ("gamma-plan",)
    assert "proposed: gamma-plan (`threads` says why" in "\n".join(status_lines(proposed.status(1)))
    first, *others = shown()
    proposed.editor.split("gamma-plan", "other", "Other", [first])
    assert shown() == set(others)


def test_a_declined_thread_is_neither_run_nor_proposed_again(proposed, pages, script, clock):
    proposed.editor.decline("gamma-plan")
    more = [f"The gamma office counted {n} things of the plan." for n in range(5)]
    bring(pages, ("http://gamma.example/4", "More on the gamma plan", more))
    script.answers["discover"] = SORTED
    report = batch(proposed, clock)
    assert (report.assigned, report.proposed, report.threads) == (1, (), ())
    with pytest.raises(UsageError):
        proposed.editor.decline("gamma-plan")


def test_a_merged_thread_is_closed_and_the_other_goes_on_with_its_items(machine, pages):
    begin(machine, pages, "alpha", "beta")
    batch(machine)
    machine.publish()
    site = machine.site_folder / "threads"
    old = (site / "beta/v1/index.html").read_bytes()
    machine.editor.merge("beta", "alpha")
    assert [(line.thread, line.version) for line in batch(machine).threads] == [("alpha", 2)]
    machine.publish()
    assert (site / "beta/v1/index.html").read_bytes() == old
    assert "another thread now" in (site / "beta/index.html").read_text()
    assert "the beta plan" in (site / "alpha/index.html").read_text().lower()
    with pytest.raises(UsageError):
        run_one(machine, "beta")
    for words in (("beta", "alpha"), ("alpha", "alpha"), ("alpha", "beta"), ("alpha", "nobody")):
        with pytest.raises(UsageError):
            machine.editor.merge(*words)


def test_a_thread_merged_into_one_that_is_deleted_may_be_opened_again(machine, pages):
    begin(machine, pages, "alpha", "beta")
    batch(machine)
    machine.editor.merge("beta", "alpha")
    with pytest.raises(UsageError, match="was merged into 'alpha'"):
        machine.editor.reopen("beta")
    machine.delete("alpha")
    assert "another thread now" not in (machine.site_folder / "threads/beta/index.html").read_text()
    machine.editor.reopen("beta")
    assert run_one(machine, "beta").outcome == "nothing new"


def test_a_split_makes_a_thread_of_its_own_and_the_old_page_tells_of_it_no_more(machine, pages, script, clock):
    begin(machine, pages, "alpha")
    pages.pages[first_of("beta")] = article("beta")
    pages.pages[feed_of("alpha")] = testing.feed(
        ("The alpha plan", first_of("alpha")), ("The beta plan", first_of("beta"))
    )
    batch(machine)
    [moving] = [item for item in machine.queries.items("alpha") if item.title == "The beta plan"]
    machine.editor.split("alpha", "beta", "Beta", [moving.id])
    script.answers["support"] = without_beta
    report = batch(machine)
    assert {line.thread: line.version for line in report.threads} == {"alpha": 2, "beta": 1}
    page = version_markdown(machine.queries.version("alpha"))
    assert "The beta office" not in page.partition("## Sources")[0]
    assert "moved to another thread" in page
    assert [failure for proof in machine.queries.prove("alpha") for failure in proof.failures] == []
    since = len(script.asked)
    assert batch(machine, clock).exit_code == 0
    assert len(script.asked) == since
    for items in (["nobody"], []):
        with pytest.raises(UsageError):
            machine.editor.split("alpha", "delta", "D", items)


def without_beta(request):
    """Finds unsupported, on alpha's page, what rests on a source that has left the thread."""
    asked = testing.material(request)
    if "alpha" not in asked:
        return testing.support_answer(asked)
    found = re.findall(r"^(\d+)\. \(.*?\) (.*)$", asked.partition("# Sentences")[2], re.MULTILINE)
    return testing.support_answer(asked, *((int(n), "it left", "") for n, text in found if "beta" in text))


def test_a_renamed_thread_keeps_its_address(machine, pages):
    begin(machine, pages, "alpha")
    machine.editor.rename("alpha", "The other plan")
    assert machine.queries.thread("alpha").title == "The other plan"
    with pytest.raises(UsageError):
        machine.editor.rename("alpha", "  ")
