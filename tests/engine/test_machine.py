"""CPUs as they are granted."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from poolscope.engine import machine


def test_this_machine_has_cpus_that_can_be_used() -> None:
    here = machine.describe()
    assert 1 <= here.physical <= here.logical and here.affinity >= 1
    assert 1 <= here.usable <= here.logical
    assert json.loads(json.dumps(here.to_json()))["usable"] == here.usable


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="has no affinity")
def test_affinity_bounds_what_is_usable() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        here = machine.describe()
    finally:
        os.sched_setaffinity(0, before)
    assert (here.affinity, here.usable) == (1, 1)


@pytest.mark.parametrize(
    ("quota", "affinity", "usable"),
    [(None, 8, 8), (2.0, 8, 2), (2.9, 8, 2), (0.5, 8, 1), (16.0, 4, 4), (None, 0, 1)],
)
def test_usable_cpus_are_whole_and_at_least_one(
    quota: float | None, affinity: int, usable: int
) -> None:
    here = replace(machine.describe(), logical=8, affinity=affinity, quota=quota)
    assert here.usable == usable


@pytest.mark.parametrize(
    ("files", "quota"),
    [
        ({"cpu.max": "150000 100000\n"}, 1.5),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu.max": ""}, None),
        ({"cpu.max": "100 0"}, None),
        ({"cpu/cpu.cfs_quota_us": "200000", "cpu/cpu.cfs_period_us": "100000"}, 2.0),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ({"cpu/cpu.cfs_quota_us": "200000"}, None),
        ({}, None),
    ],
)
def test_the_quota_of_a_cgroup_is_read_in_both_versions(
    tmp_path: Path, files: dict[str, str], quota: float | None
) -> None:
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert machine._cgroup_quota(tmp_path) == quota
