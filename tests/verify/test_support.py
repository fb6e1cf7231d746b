"""A thread run with the support check, splitting and a ceiling: what a reader and an operator get."""

import json
import logging

from pipeline import testing
from pipeline.errors import TooLong
from pipeline.publish.formats import version_markdown
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, changing, follow, run_again, version_of
from tests.runs.test_thread import ran

MORE = "A councillor said that the cost was 6.1 million crowns."


def judging(*verdicts):
    """Gives these verdicts on the first sentences, and supports the rest."""

    def change(answer):
        for verdict in verdicts:
            answer["verdicts"][verdict["sentence"] - 1] = verdict

    return changing("support", change)


def published(machine):
    """The thread's page, as it is published."""
    machine.publish()
    return (machine.site_folder / "threads/silence/index.html").read_text()


def test_verdicts_repair_and_strike_and_the_page_tells_how_often(machine, script):
    better = "Ten minutes of silence raised arithmetic scores by 0.31, the first study said."
    script.answers["support"] = judging(
        testing.verdict(1, "partly", "24 schools", better), testing.verdict(2, "not", "nothing of it")
    )
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    assert [s["text"] for s in version["narrative"][0]["sentences"]] == [better, SILENCE[2]]
    made = version["made_by"]
    assert (made["repaired"], made["struck"], made["unjudged"]) == (1, 1, 0)
    assert made["found"]["not supported"] == 2
    assert "1 repaired, 1 struck" in published(machine)
    assert "1 repaired, 1 struck" in version_markdown(machine.queries.version("silence"))


def test_a_doubt_reaches_the_judge_beside_its_sentence(machine, script):
    def doubtful(answer):
        answer["narrative"][0]["sentences"][0]["text"] = "Bettina Kray said that silence raised scores by 0.31."

    script.answers["page"] = changing("page", doubtful)
    follow(machine, ARTICLE)
    run_again(machine)
    assert "doubt: Bettina is not named in what it cites" in script.material("support")


def test_without_a_support_check_the_page_stands_on_the_gates_and_says_so(machine, script):
    script.answers["support"] = "no"
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "new version")
    version = version_of(machine)
    assert version["made_by"]["unjudged"] == sum(1 for _ in sentences(version))
    assert "not judged" in published(machine)


def sentences(node):
    if isinstance(node, dict):
        if {"text", "claims", "reading"} <= node.keys():
            yield node
        for key, value in node.items():
            if key != "claims":
                yield from sentences(value)
    elif isinstance(node, list):
        for value in node:
            yield from sentences(value)


def test_sentences_of_the_version_before_are_not_judged_again(machine, pages, script):
    follow(machine, ARTICLE)
    run_again(machine)
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)
    run_again(machine)
    assert script.prompts.count("support") == 2
    judged = script.material("support").partition("# Sentences")[2]
    assert "6.1 million" in judged
    assert SILENCE[1] not in judged


def test_an_article_too_long_for_one_question_is_asked_about_in_parts(machine, pages, script):
    """LLM-20, LLM-09: split and asked again, until it fits; no request is repeated unchanged."""
    words = [
        f"In year {2000 + n} the board of schools number {n} said that silence was kept in {n} classes."
        for n in range(1, 33)
    ]
    pages.pages[ARTICLE] = testing.article("A long report", *words)

    def small(request):
        article = testing.material(request)
        if len(testing.SENTENCE.findall(article)) > 10:
            return TooLong("the question is longer than the model reads")
        return testing.extract_answer(article)

    script.answers["extract"] = small
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert report.exit_code == 0
    assert report.new_claims == len(words)
    keys = [request.key for request in script.asked]
    assert len(keys) == len(set(keys))


def test_a_text_that_cannot_be_split_further_fails_alone(machine, script):
    script.answers["extract"] = lambda request: testing.reply(request, '{"summary": "cut', finish="length")
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "nothing new")
    assert "cut off" in report.problems[0].message
    assert len(script.asked) == 1


def test_a_price_is_told_where_it_is_set_and_never_guessed(begin_machine, machine, pages):
    follow(machine, ARTICLE)
    run_again(machine)
    assert version_of(machine)["made_by"]["price"] is None
    assert "no price is set" in published(machine)
    priced = begin_machine(model={"price_in": 2.0, "price_out": 8.0})
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)
    run_again(priced)
    made = version_of(priced)["made_by"]
    tokens = made["tokens"]
    assert made["price"] == (tokens["prompt"] * 2 + tokens["completion"] * 8) / 1_000_000


def test_claims_that_say_what_their_article_does_not_are_dropped_and_counted(machine, script):
    def lies(answer):
        first = answer["claims"][0]
        answer["claims"] += [
            {**first, "statement": "Silence raised scores by 0.99 in 24 schools."},
            {**first, "speaker": "Bettina Kray"},
            {**first, "sentences": [99]},
        ]

    script.answers["extract"] = changing("extract", lies)
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.new_claims, report.claims_dropped) == (len(SILENCE), 3)


def test_a_figure_in_another_sentence_joins_the_evidence(machine, script):
    def points_elsewhere(answer):
        answer["claims"] = [{**answer["claims"][0], "statement": "A replication found 0.04.", "sentences": [1]}]

    script.answers["extract"] = changing("extract", points_elsewhere)
    follow(machine, ARTICLE)
    run_again(machine)
    claim = next(iter(version_of(machine)["claims"].values()))
    assert [e["text"] for e in claim["evidence"]] == [SILENCE[0], SILENCE[2]]


# As an operator runs it.


def test_when_the_allowance_is_spent_the_run_keeps_what_it_has_and_exits_4(run, home, web, model):
    pages = []
    for n in range(8):
        web.pages[f"/p{n}"] = doubles.page(
            f"Article {n}", *(f"The board number {n} said thing {m} about silence." for m in range(20))
        )
        pages += ["--page", f"{web.base}/p{n}"]
    run("new", "silence", "--title", "S", *pages, "--home", home)
    settings = (home / "machine.toml").read_text()
    ceiling = 20_000
    limits = f"run_tokens = {ceiling}\nlongest_answer = 1000\nparallel = 1\n"
    (home / "machine.toml").write_text(settings.replace("[fetch]", f"{limits}[fetch]"))
    spent = ran(run, home)
    assert spent.code == 4
    assert spent.json["prompt_tokens"] + spent.json["completion_tokens"] <= ceiling
    assert "run again to go on" in spent.json["troubles"][-1]["message"]
    assert 0 < spent.json["extracted"] < 8
    assert all(body.get("max_completion_tokens") == 1000 for body in model.asked)
    (home / "machine.toml").write_text(settings)
    done = ran(run, home)
    assert done.code == 0
    assert spent.json["extracted"] + done.json["extracted"] == 8


def test_a_ceiling_in_money_needs_prices(run, home, web, model):
    text = (home / "machine.toml").read_text().replace("[fetch]", "run_money = 1.0\n[fetch]")
    (home / "machine.toml").write_text(text)
    ended = run("threads", "--home", home)
    assert ended.code == 2
    assert "price_in and price_out" in ended.err


def test_check_says_what_the_endpoint_can_do(run, home, model):
    verdict = run("check", "--home", home, "--json").json["endpoint"]
    assert verdict["ok"]
    assert (
        "answers and reads to the end; forms: json_schema; context not stated; reports usage; price not set"
        in verdict["verdict"]
    )


def test_check_finds_a_server_that_drops_the_end_of_a_question_and_does_not_count(run, home, model):
    body = json.loads(doubles.completion('{"first": "heron", "last": "unknown"}'))
    del body["usage"]
    model.answer = lambda _: doubles.HttpAnswer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
    verdict = run("check", "--home", home, "--json")
    assert verdict.code == 1
    assert "does not give back the word at the end" in verdict.json["endpoint"]["verdict"]


def test_the_key_is_nowhere_after_every_kind_of_failure_at_debug_level(
    run, home, thread, model, monkeypatch, caplog, tmp_path
):
    """SEC-01 to SEC-05: a server that repeats the key in its errors and its answers."""
    key = "canary-key-9876543210"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    caplog.set_level(logging.DEBUG)
    said = []
    for status in (400, 401, 404, 429, 500):
        body = json.dumps({"error": {"message": f"bad key {key}", "code": key}}).encode()
        model.answer = lambda _, s=status, b=body: doubles.HttpAnswer(
            s, b, {"Content-Type": "application/json", "Retry-After": "0"}
        )
        said.append(ran(run, home))
    model.answer = lambda _: f"The key is {key}"
    said.append(ran(run, home))

    def repeats(body):
        answer = doubles.honest(body)
        if "summary" in answer:
            answer["summary"] = f"The key is {key}"
        return answer

    model.answer = repeats
    said.append(ran(run, home, "--record", tmp_path / "kept"))
    assert said[-1].json["outcome"] == "new version"
    assert not any(key in ended.out + ended.err for ended in said)
    ours = [
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("httpcore", "openai._base", "vcr"))
    ]
    assert not any(key in line for line in ours)
    for place in (home, tmp_path / "kept"):
        for file in place.rglob("*"):
            assert not file.is_file() or key.encode() not in file.read_bytes(), file
