"""A short sweep: a run, the making of its search index and a migration, disturbed at a few places of each kind. The whole
of it is `python -m tests.sweeps.calls`."""

import pytest

from tests.sampling import WHOLE, step
from tests.sweeps import calls, trace

pytestmark = [
    pytest.mark.skipif(trace.unusable() is not None, reason=str(trace.unusable())),
    pytest.mark.search_index,  # what a program of its own leaves is compared with what this one makes
]


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    with calls.stage(tmp_path_factory.mktemp("sweep")) as found:
        yield {scene.name: scene for scene in found}


def tried(points, every):
    """The broken invariants of a sample, by the names that `--only` takes."""
    at = calls.sample(points, every)
    found = {each.point.name: each for each in calls.sweep(at)}
    assert any(each.reached for each in found.values())
    return {name: each.broken for name, each in found.items() if each.broken}


def test_a_run_killed_anywhere_loses_nothing_and_the_next_goes_on(scenes):
    points = list(calls.points(scenes["run"], ["kill"]))
    assert {"pwrite64", "fdatasync", "write", "mkdir", "link", "symlink", "rename", "unlink", "connect", "sendto"} <= {
        point.call.kind for point in points
    }
    kinds = {"pwrite64", "fdatasync", "rename", "symlink", "sendto"}
    assert tried([point for point in points if WHOLE or point.call.kind in kinds], step(300)) == {}


@pytest.mark.parametrize(("fault", "kind"), [("enospc", "write"), ("eio", "rename"), ("full", "pwrite64")])
def test_a_run_whose_disk_fails_says_so_and_the_next_goes_on(scenes, fault, kind):
    points = [point for point in calls.points(scenes["run"], [fault]) if point.call.kind not in trace.LOCKS]
    assert tried([point for point in points if WHOLE or point.call.kind == kind], step(300)) == {}


def test_a_search_index_that_cannot_be_made_is_made_next_time(scenes):
    points = [point for point in calls.points(scenes["search"], ["kill"]) if point.call.kind == "write"]
    assert tried(points, step(16)) == {}


def test_a_migration_killed_anywhere_is_done_when_the_store_is_opened_again(scenes):
    migrations = [scene for name, scene in scenes.items() if name.startswith("migrate-")]
    assert len(migrations) > 1
    for scene in migrations if WHOLE else migrations[1:2]:
        points = [point for point in calls.points(scene, ["kill"]) if point.call.kind in ("pwrite64", "fdatasync")]
        assert tried(points, step(180)) == {}


def test_a_sample_has_every_kind_and_is_the_same_again(scenes):
    points = list(calls.points(scenes["run"], ["kill"]))
    few = calls.sample(points, 50)
    assert {point.call.kind for point in few} == {point.call.kind for point in points}
    assert few == calls.sample(points, 50)
    assert calls.sample(points, 1) != few
    assert len(calls.sample(points, 1)) == len(points)
