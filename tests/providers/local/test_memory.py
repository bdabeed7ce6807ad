"""Memory that is free: of the machine, and within the limit of a container, old and new."""

import pytest

from workbench.providers.local import memory


def test_what_is_free_is_less_than_the_machine_has():
    assert 2**20 < memory.free_memory_bytes() < 2**50


@pytest.mark.parametrize(
    ("most", "now", "folder"),
    [
        ("memory.max", "memory.current", ""),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory"),
    ],
    ids=["new", "old"],
)
def test_the_limit_of_a_container_counts_without_the_files_that_it_has_read(tmp_path, monkeypatch, most, now, folder):
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    monkeypatch.setattr(memory, "_OLDER_GROUP", tmp_path / "memory")
    place = tmp_path / folder
    place.mkdir(exist_ok=True)
    (place / most).write_text("9000000\n")
    (place / now).write_text("5000000\n")
    (place / "memory.stat").write_text("anon 2000000\nactive_file 1000000\ninactive_file 2000000\n")
    assert memory.free_memory_bytes() == 9_000_000 - 5_000_000 + 3_000_000


def test_a_container_without_a_limit_has_what_the_machine_has(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    monkeypatch.setattr(memory, "_OLDER_GROUP", tmp_path / "memory")
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free_memory_bytes() > 2**20
