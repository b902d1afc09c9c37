"""How much memory a run can have: the machine's, or what its cgroups grant."""

from pathlib import Path

import psutil
import pytest

from poolscope.engine.sampling.machine import MachineGauge
from poolscope.engine.sampling.memory import MemoryGauge

MB = 1 << 20


@pytest.fixture
def cgroups(tmp_path: Path) -> Path:
    folder = tmp_path / "cgroup"
    folder.mkdir()
    return folder


def gauge(cgroups: Path, own: str) -> MemoryGauge:
    path = cgroups.parent / "own"
    path.write_text(own)
    return MemoryGauge(path, cgroups)


def fill(folder: Path, **files: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in files.items():
        (folder / name.replace("_", ".", 1)).write_text(f"{value}\n")
    return folder


def test_without_a_limit_it_is_the_machine_s(cgroups: Path) -> None:
    fill(cgroups / "app", memory_max="max", memory_high="max", memory_current=5 * MB)
    memory = gauge(cgroups, "0::/app\n").look()
    assert memory is not None
    assert memory.limit == psutil.virtual_memory().total
    assert 0 < memory.available <= memory.limit


def test_a_cgroup_grants_so_much_and_no_more(cgroups: Path) -> None:
    fill(cgroups / "app", memory_max=100 * MB, memory_high="max", memory_current=30 * MB)
    assert gauge(cgroups, "0::/app\n").look() == (70 * MB, 100 * MB)


def test_where_it_is_slowed_down_first_that_is_the_limit(cgroups: Path) -> None:
    fill(cgroups / "app", memory_max=100 * MB, memory_high=80 * MB, memory_current=90 * MB)
    assert gauge(cgroups, "0::/app\n").look() == (0, 80 * MB)


def test_files_that_were_read_long_ago_are_as_good_as_free(cgroups: Path) -> None:
    app = fill(cgroups / "app", memory_max=100 * MB, memory_current=90 * MB)
    (app / "memory.stat").write_text(f"anon {10 * MB}\nfile 1\ninactive_file {60 * MB}\n")
    assert gauge(cgroups, "0::/app\n").look() == (70 * MB, 100 * MB)


def test_the_narrowest_of_the_groups_above_counts_for_each(cgroups: Path) -> None:
    fill(cgroups / "a", memory_max=50 * MB, memory_current=45 * MB)
    fill(cgroups / "a" / "b", memory_max=60 * MB, memory_current=1 * MB)
    assert gauge(cgroups, "0::/a/b\n").look() == (5 * MB, 50 * MB)


def test_the_older_kind_is_read_too_and_knows_no_limit_by_a_large_number(cgroups: Path) -> None:
    own = "3:cpu,cpuacct:/x\n4:memory:/job\n0::/\n"
    files = {"memory_usage_in_bytes": 30 * MB}
    job = fill(cgroups / "memory" / "job", memory_limit_in_bytes=9223372036854771712, **files)
    memory = gauge(cgroups, own).look()
    assert memory is not None and memory.limit == psutil.virtual_memory().total
    fill(job, memory_limit_in_bytes=90 * MB)
    (job / "memory.stat").write_text(f"inactive_file 1\ntotal_inactive_file {10 * MB}\n")
    assert gauge(cgroups, own).look() == (70 * MB, 90 * MB)


def test_in_a_container_the_path_of_outside_leads_to_what_is_there(cgroups: Path) -> None:
    fill(cgroups, memory_max=64 * MB, memory_current=4 * MB)
    assert gauge(cgroups, "0::/outside/../docker/abc\n").look() == (60 * MB, 64 * MB)


def test_what_cannot_be_read_limits_nothing(cgroups: Path, tmp_path: Path) -> None:
    total = psutil.virtual_memory().total
    fill(cgroups / "app", memory_max="plenty", memory_current="?")
    for found in (gauge(cgroups, "0::/app\nnothing\n"), MemoryGauge(tmp_path / "none", cgroups)):
        memory = found.look()
        assert memory is not None and memory.limit == total


def test_what_a_machine_has_counted_never_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([(5.0, 10.0), (6.0, 10.5), (0.0, 0.0)])
    monkeypatch.setattr("poolscope.engine.sampling.machine.cpu_seconds", lambda: next(looks))
    gauge = MachineGauge()
    seen = [gauge.look() for _ in range(3)]
    assert [one.busy for one in seen] == [5 * 10**9] * 3
    assert [one.all for one in seen] == [10 * 10**9, int(10.5 * 10**9), int(10.5 * 10**9)]
