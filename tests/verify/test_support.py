"""A thread run with the support check, splitting and a ceiling: what a reader and an operator get."""

import json
import logging
import re
import threading

import pytest

from pipeline import testing
from pipeline.errors import AnswerPending, TooLong
from pipeline.publish.formats import version_markdown
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, changing, follow, run_again, version_of
from tests.runs.test_thread import ran

MORE = "A councillor said that the cost was 6.1 million crowns."


def finding(*faults):
    """Finds fault with what is told as (part of the page, its text, reason, better wording), and carries the rest."""

    def answer(request):
        asked = testing.material(request)
        judged = re.findall(r"^(\d+)\. \((.*?)\) (.*) \[.*\]$", asked.partition("# Sentences")[2], re.MULTILINE)
        return testing.support_answer(
            asked,
            *(
                (int(number), reason, better)
                for number, place, text in judged
                for part, wrong, reason, better in faults
                if place.startswith(part) and text == wrong
            ),
        )

    return answer


def published(machine):
    """The thread's page, as it is published."""
    machine.publish()
    return (machine.site_folder / "threads/silence/index.html").read_text()


def test_faults_are_repaired_or_struck_and_the_page_tells_how_often(machine, script):
    better = "Ten minutes of silence raised arithmetic scores by 0.31, the first study said."
    script.answers["support"] = finding(
        ("Narrative", SILENCE[0], "24 schools", better), ("Narrative", SILENCE[1], "nothing of it", "")
    )
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    assert [s["text"] for s in version["narrative"][0]["sentences"]] == [better, SILENCE[2]]
    made = version["made_by"]
    assert (made["repaired"], made["struck"], made["unjudged"]) == (1, 1, 0)
    assert made["found"]["not supported"] == 2
    assert [(loss["text"], loss["reason"], loss["done"]) for loss in made["losses"]] == [
        (SILENCE[0], "24 schools", "repaired"),
        (SILENCE[1], "nothing of it", "struck"),
    ]
    assert "1 repaired, 1 struck" in published(machine)
    assert "1 repaired, 1 struck" in version_markdown(machine.queries.version("silence"))


def test_a_better_wording_is_cited_to_the_sentence_that_has_its_figure_and_one_that_no_source_bears_is_struck(
    machine, script
):
    script.answers["support"] = finding(
        ("Narrative", SILENCE[0], "only 24", "Of 61 schools the first study said so."),
        ("Narrative", SILENCE[1], "no 99", "The board said so 99 times."),
    )
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    better, other = version["narrative"][0]["sentences"]
    assert better["text"] == "Of 61 schools the first study said so."
    assert [version["claims"][claim]["evidence"][0]["text"] for claim in better["claims"]] == [SILENCE[0], SILENCE[2]]
    assert other["text"] == SILENCE[2]
    assert (version["made_by"]["repaired"], version["made_by"]["struck"]) == (1, 1)


def test_a_right_sentence_that_lacks_its_words_is_cited_to_them_as_the_checker_numbered_them(machine, pages, script):
    better = f"{SILENCE[0]} The board disagrees."
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)

    def cites_more(request):
        asked = testing.material(request)
        answer = testing.support_answer(asked)
        number, own = re.search(r"^(\d+)\. \(Narrative.* \[([\d.]+)\]$", asked, re.MULTILINE).groups()
        source = own.partition(".")[0]
        # The last two are no sentences of this question.
        also = [f"{source}.2", f"[{source}.4]", f"{source}.99", "7.1"]
        fault = {"sentence": int(number), "reason": "who?", "better": better, "also": also, "heading": ""}
        return {**answer, "faults": [fault]}

    def silent_of_the_last(request):
        """A page and claims that leave the last sentence out: it becomes a claim when it is cited."""
        answer = testing.MECHANICAL[request.prompt_name](testing.material(request))
        told = answer["narrative"][0]["sentences"] if request.prompt_name == "page" else answer["claims"]
        del told[-1]
        return answer

    script.answers |= {"support": cites_more, "page": silent_of_the_last, "extract": silent_of_the_last}
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    mended = version["narrative"][0]["sentences"][0]
    assert mended["text"] == better
    cited = [version["claims"][claim]["evidence"][0]["text"] for claim in mended["claims"]]
    assert cited == [SILENCE[0], SILENCE[1], MORE]


def test_an_answer_that_heads_a_side_and_is_wrong_is_put_right(machine, script):
    def heads(request):
        answer = testing.support_answer(testing.material(request))
        [number] = re.findall(r"^(\d+)\. \(Tensions, answer 'It is so' by", testing.material(request), re.MULTILINE)
        wrong = {
            "sentence": int(number),
            "reason": "it is less sure",
            "better": SILENCE[0],
            "also": [],
            "heading": " It may\nbe so ",
        }
        return {**answer, "faults": [wrong]}

    script.answers["support"] = heads
    follow(machine, ARTICLE)
    run_again(machine)
    [side] = version_of(machine)["tensions"][0]["sides"]
    assert (side["answer"], side["sentences"][0]["text"]) == ("It may be so", SILENCE[0])


def test_an_answer_that_did_not_judge_all_is_asked_for_once_more_with_the_count(machine, script):
    def forgets_some(request):
        answer = testing.support_answer(testing.material(request))
        return {**answer, "judged": 2} if len(request.messages) == 2 else answer

    script.answers["support"] = forgets_some
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (0, "new version")
    first, second = [request for request in script.asked if request.prompt_name == "support"]
    assert second.messages[:2] == first.messages
    assert "judged 2 sentences, and there are 10" in second.messages[3].content
    made = version_of(machine)["made_by"]
    assert (made["supported"], made["unjudged"]) == (10, 0)


@pytest.mark.parametrize(
    "wrong", [{"judged": 8}, {"faults": [{"sentence": 11, "reason": "", "better": "", "also": [], "heading": ""}]}]
)
def test_an_answer_that_never_counts_right_judges_nothing(machine, script, wrong):
    script.answers["support"] = lambda request: {**testing.support_answer(testing.material(request)), **wrong}
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "new version")
    made = version_of(machine)["made_by"]
    assert (made["supported"], made["unjudged"], made["struck"]) == (0, 10, 0)


# A page that is asked about in parts.

MANY = [f"In school {n} of the county the class of {n + 40} pupils kept silent for ten minutes." for n in range(41)]


def of_three_parts(answer):
    """A page of so many sentences, in narrative, timeline and tensions, that no two of its parts share a question."""
    sentences = answer["narrative"][0]["sentences"]
    answer["timeline"] = [
        {"date": f"2016-{n % 12 + 1:02}", "dated": "stated", "sentence": s} for n, s in enumerate(sentences)
    ]
    answer["tensions"][0]["sides"][0]["sentences"] = sentences


@pytest.fixture
def long_page(begin_machine, pages, script):
    """Begins a thread whose page is judged in three parts; settings of the model may be given."""
    pages.pages[ARTICLE] = testing.article("A long report", *MANY)
    script.answers["page"] = changing("page", of_three_parts)

    def begin(**settings):
        machine = begin_machine(model=settings)
        follow(machine, ARTICLE)
        return machine

    return begin


def judged(request):
    """The places of the sentences that a question of the support check is about."""
    sentences = testing.material(request).partition("# Sentences")[2]
    return {place.partition(",")[0] for place in re.findall(r"^\d+\. \(([^;)]*)", sentences, re.MULTILINE)}


PLACES = [{"In brief", "Narrative"}, {"Timeline", "Perspectives"}, {"Tensions", "Missing voices"}]


def asked_about(script):
    return sorted((judged(r) for r in script.asked if r.prompt_name == "support"), key=lambda each: min(each))


def test_a_long_page_is_judged_in_three_parts_side_by_side(long_page, script):
    together = threading.Barrier(3)

    def meet(request):
        together.wait(timeout=30)  # broken unless all three are under way
        return testing.support_answer(testing.material(request))

    script.answers["support"] = meet
    machine = long_page()
    assert run_again(machine).exit_code == 0
    assert asked_about(script) == sorted(PLACES, key=min)
    version = version_of(machine)
    made = version["made_by"]
    assert made["supported"] == told(version) > 90
    assert made["calls"] == 5


def test_a_short_page_is_judged_in_one_question(machine, script):
    follow(machine, ARTICLE)
    run_again(machine)
    assert asked_about(script) == [set.union(*PLACES)]


def test_a_part_without_an_answer_stays_unjudged_and_the_others_are_judged(long_page, script):
    def fails_the_second(request):
        if "Timeline" in judged(request):
            return "no"
        return finding(("Narrative", MANY[3], "not so", ""), ("Tensions", MANY[4], "not so", ""))(request)

    script.answers["support"] = fails_the_second
    machine = long_page()
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "new version")
    version = version_of(machine)
    assert MANY[3] not in [s["text"] for s in version["narrative"][0]["sentences"]]
    assert MANY[4] not in [s["text"] for s in version["tensions"][0]["sides"][0]["sentences"]]
    assert {MANY[3], MANY[4]} <= {event["sentences"][0]["text"] for event in version["timeline"]}
    in_second = len(version["timeline"]) + len(version["perspectives"])
    made = version["made_by"]
    assert (made["unjudged"], made["struck"]) == (in_second, 2)


def test_a_part_that_is_too_long_is_judged_in_halves(long_page, script):
    def small(request):
        if len(testing.CITABLE.findall(testing.material(request))) > 30:
            return TooLong("the question is longer than the model reads")
        return testing.support_answer(testing.material(request))

    script.answers["support"] = small
    machine = long_page()
    assert run_again(machine).exit_code == 0
    version = version_of(machine)
    assert version["made_by"]["supported"] == told(version)
    keys = [request.key for request in script.asked]
    assert len(keys) == len(set(keys)) == 2 + 3 + 2 * 2, "two of the three parts are too long"


def test_answers_that_come_later_are_all_asked_for_before_the_run_waits_for_them(long_page, script):
    script.answers["support"] = AnswerPending("it is handed in")
    run_again(long_page(parallel=1))
    assert asked_about(script) == sorted(PLACES, key=min)


def test_the_judge_sees_the_words_cited_and_those_beside_them_and_no_other(long_page, script):
    def cites_one(answer):
        last = answer["narrative"][0]["sentences"][20]
        for part in ("timeline", "perspectives", "tensions"):
            answer[part] = []
        answer["in_brief"], answer["narrative"][0]["sentences"] = [], [last]

    script.answers["page"] = changing("page", cites_one)
    run_again(long_page())
    evidence = script.material("support").partition("# Sentences")[0]
    assert [words for _, words in testing.CITABLE.findall(evidence)] == MANY[19:22]
    assert "[1.21]" in script.material("support").partition("# Sentences")[2]


def test_the_judge_sees_the_head_of_the_list_and_the_heading_above_the_words_cited(long_page, pages, script):
    heading, head = "What the county wants", "It rejects three ways out:"
    listed = [*MANY[:9], heading, *MANY[9:12], head, *MANY[12:20], *MANY[20:]]
    pages.pages[ARTICLE] = testing.article("A long report", *listed)

    def cites_two(answer):
        for part in ("timeline", "perspectives", "tensions", "in_brief"):
            answer[part] = []
        told = answer["narrative"][0]["sentences"]
        answer["narrative"][0]["sentences"] = [s for s in told if s["text"] in (MANY[11], MANY[15], MANY[30])]

    script.answers["page"] = changing("page", cites_two)
    run_again(long_page())
    evidence = script.material("support").partition("# Sentences")[0]
    shown = [words for _, words in testing.CITABLE.findall(evidence)]
    assert shown == [heading, MANY[10], MANY[11], head, *MANY[14:17], *MANY[29:32]]


# Doubts.


def test_a_doubt_reaches_the_judge_beside_its_sentence(machine, script):
    def doubtful(answer):
        answer["perspectives"][0]["voice"] = "Bettina Kray"

    script.answers["page"] = changing("page", doubtful)
    follow(machine, ARTICLE)
    run_again(machine)
    assert (
        f"(Perspectives, Bettina Kray) {SILENCE[0]} [1.1]\n   doubt: nothing it cites is by or about Bettina Kray"
        in (script.material("support"))
    )
    assert version_of(machine)["perspectives"][0]["voice"] == "Bettina Kray", "a doubt strikes nothing"


def test_what_is_said_of_how_a_voice_evolved_is_repaired_and_struck_too(machine, script, pages):
    follow(machine, ARTICLE)
    run_again(machine)
    told = {text: {"text": text, "cites": ["1.1"]} for text in ("It holds more.", "It moved far.", "It never moved.")}

    def moved(answer):
        holds, *moves = told.values()
        answer["voices"] = [
            {"id": "v1-1", "voice": "a.example", "change": "sharpened", "position": [holds], "evolution": moves}
        ]

    script.answers["update"] = changing("update", moved)
    script.answers["support"] = finding(
        ("Perspectives", "It moved far.", "too far", "It moved a little."),
        ("Perspectives", "It never moved.", "it did", ""),
    )
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)
    run_again(machine)
    [voice] = version_of(machine)["perspectives"]
    assert [s["text"] for s in voice["position"]] == ["It holds more."]
    assert [s["text"] for s in voice["evolution"]["sentences"]] == ["It moved a little."]


def test_without_a_support_check_the_page_stands_on_the_gates_and_says_so(machine, script):
    script.answers["support"] = "no"
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "new version")
    version = version_of(machine)
    assert version["made_by"]["unjudged"] == told(version)
    assert "not judged" in published(machine)


def told(version):
    """How much there is to judge: the sentences, and the lines on who is not heard."""
    return sum(1 for _ in sentences(version)) + len(version["missing_voices"])


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


def test_what_is_said_of_those_who_are_not_heard_is_repaired_under_their_name_or_struck(machine, script):
    absent = [
        {"name": "The pupils", "why": "everybody asked them", "cites": ["1.1"]},
        {"name": "The cooks", "why": "they know best", "cites": []},
        {"name": "The parents", "why": "nobody here asked them", "cites": []},
        {"name": "Schools that paid", "why": "they know what", "cites": []},
    ]
    script.answers["page"] = changing("page", lambda answer: answer.update(missing_voices=absent))
    script.answers["support"] = finding(
        ("Missing voices", "The pupils: everybody asked them", "nobody did", "no source here asked them"),
        ("Missing voices", "The cooks: they know best", "not said", ""),
        ("Missing voices", "Schools that paid: they know what", "none did", "Schools: they are asked nothing here"),
    )
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    assert version["missing_voices"] == [
        "The pupils: no source here asked them",
        "The parents: nobody here asked them",
        "Schools: they are asked nothing here",
    ]
    assert version["missing_because"]["The pupils: no source here asked them"]
    assert [loss["text"] for loss in version["made_by"]["losses"]] == [
        "The pupils: everybody asked them",
        "The cooks: they know best",
        "Schools that paid: they know what",
    ]


def test_sentences_of_the_version_before_are_not_judged_again(machine, pages, script):
    follow(machine, ARTICLE)
    run_again(machine)
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)
    run_again(machine)
    assert script.prompts.count("support") == 2
    judged = script.material("support").partition("# Sentences")[2]
    assert "6.1 million" in judged
    assert SILENCE[1] not in judged


def test_the_judge_of_an_update_sees_what_stands_before_a_new_sentence_and_which_question_a_side_answers(
    machine, pages, script
):
    def joined(answer):
        [first, *others] = answer["narrative"]
        answer["narrative"] = [{"id": first, "theme": "calm", "sentences": [before["id"], *others[0]["sentences"]]}]

    slug = follow(machine, ARTICLE)
    run_again(machine)
    page = version_of(machine, slug)
    before = page["narrative"][0]["sentences"][-1]
    question = page["tensions"][0]["sentences"][0]["text"]
    assert f"; to the question {question!r}; reading)" in script.material("support")
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, MORE)
    script.answers["update"] = changing("update", joined)
    run_again(machine)
    judged = script.material("support").partition("# Sentences")[2]
    assert judged.count("after: ") == 1
    assert f"\n   after: {before['text']}\n" in judged.partition("(Narrative, calm)")[2]


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
    assert made["price"] == pytest.approx((tokens["prompt"] * 2 + tokens["completion"] * 8) / 1_000_000)


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
    statement = "A replication found 0.04."

    def points_elsewhere(answer):
        answer["claims"] = [{**answer["claims"][0], "statement": statement, "sentences": [1]}]

    def cites_both(answer):
        answer["in_brief"] = [{"text": SILENCE[0], "cites": ["1.1", "1.3"]}]

    script.answers |= {"extract": changing("extract", points_elsewhere), "page": changing("page", cites_both)}
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    claims = [version["claims"][claim] for claim in version["in_brief"][0]["claims"]]
    assert [claim["statement"] for claim in claims] == [statement]
    assert [e["text"] for e in claims[0]["evidence"]] == [SILENCE[0], SILENCE[2]]


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
    for told in ("answers and reads to the end", "context not stated", "reports usage", "price not set"):
        assert told in verdict["verdict"]


@pytest.mark.parametrize(
    ("counts", "says"), [(False, "raise its context"), (True, "by its count it read all: name a stronger model")]
)
def test_check_fails_where_the_end_of_a_long_question_is_not_given_back(run, home, model, counts, says):
    """The server has cut it, or the model has lost it: no run is to be relied on either way."""

    def drops_the_end(asked):
        body = json.loads(doubles.completion('{"first": "heron", "last": "unknown"}', len(json.dumps(asked)) * 2))
        if not counts:
            del body["usage"]
        return doubles.HttpAnswer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    model.answer = drops_the_end
    verdict = run("check", "--home", home, "--json")
    assert verdict.code == 1
    assert not verdict.json["endpoint"]["ok"]
    assert (
        f"does not give back the word at the end ({'' if counts else 'a server may cut'}"
        in verdict.json["endpoint"]["verdict"]
    )
    assert says in verdict.json["endpoint"]["verdict"]
    assert "FAIL  endpoint" in run("check", "--home", home).out


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
