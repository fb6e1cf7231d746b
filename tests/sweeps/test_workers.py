"""A short sweep of workers and their server: the whole of it is `python -m tests.sweeps.workers`."""

from tests.sweeps import workers


def test_workers_and_servers_killed_by_chance_break_no_rule(tmp_path):
    found = workers.sweep(2, 5, tmp_path, lambda line: None)
    assert {each.kind for each in found} == set(workers.KINDS)
    assert [(each.kind, each.broken) for each in found if each.broken] == []
