"""One holder a key: among threads, among processes, after a kill, after a fork."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbench.cache.claims import _offset, claim
from workbench.cache.store.store import open_store
from workbench.errors import StoreError

ROOT = Path(__file__).parents[2]
KEY = "0f" * 32

HOLD = """
    import sys
    from pathlib import Path
    from workbench.cache.claims import claim
    claims = claim(Path(sys.argv[1]))
    print(*(claims.try_acquire(key) for key in sys.argv[2:]), flush=True)
    for line in sys.stdin:
        claims.release(line.strip())
        print("released", flush=True)
"""


@pytest.fixture
def start(tmp_path):
    """Starts processes that claim keys in the test's folder, and ends them."""
    processes = []

    def start_one(*keys: str, code: str = HOLD) -> subprocess.Popen:
        command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code), str(tmp_path), *keys]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start_one
    for process in processes:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("key", [KEY, "not a hash", "", "ключ", KEY.upper(), f"{KEY}@2026"])
def test_a_key_is_held_once(tmp_path, key):
    claims = claim(tmp_path)
    assert claims.try_acquire(key) is True
    assert claims.try_acquire(key) is False
    assert claims.try_acquire(key + "x") is True
    claims.release(key)
    assert claims.try_acquire(key) is True


def test_a_key_that_is_not_held_is_left_alone(tmp_path):
    claims = claim(tmp_path)
    claims.release(KEY)
    assert claims.try_acquire(KEY) is True


def test_of_many_threads_one_holds_a_key(tmp_path):
    claims = claim(tmp_path)
    with ThreadPoolExecutor(16) as threads:
        for number in range(50):
            assert sum(threads.map(claims.try_acquire, [f"key {number}"] * 16)) == 1


def test_one_folder_has_one_object_however_it_is_named(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    assert claim(tmp_path) is claim(tmp_path / "link") is claim(tmp_path / "link" / ".." / tmp_path.name)
    assert claim(tmp_path / "other") is not claim(tmp_path)


def test_asking_again_for_the_claims_does_not_open_the_file_again(tmp_path, start):
    """Closing a second descriptor would drop every claim, and keeping it would leak."""
    claim(tmp_path).try_acquire(KEY)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    os.close(descriptor)
    for _ in range(10):
        claim(tmp_path)
    assert os.open(tmp_path, os.O_RDONLY) == descriptor
    os.close(descriptor)
    assert said(start(KEY)) == "False"


def test_another_process_is_kept_out_until_the_release(tmp_path, start):
    claims = claim(tmp_path)
    holder = start(KEY, "other")
    assert said(holder) == "True True"
    assert claims.try_acquire(KEY) is False
    assert claims.try_acquire("third") is True
    assert holder.stdin is not None
    holder.stdin.write(KEY + "\n")
    holder.stdin.flush()
    assert said(holder) == "released"
    assert claims.try_acquire(KEY) is True
    assert claims.try_acquire("other") is False


def test_a_killed_holder_holds_nothing(tmp_path, start):
    holder = start(KEY)
    assert said(holder) == "True"
    assert claim(tmp_path).try_acquire(KEY) is False
    holder.kill()
    holder.wait()
    assert claim(tmp_path).try_acquire(KEY) is True


BUY_ALL = """
    import sys, time
    from pathlib import Path
    from workbench.cache.claims import claim
    folder, bought = Path(sys.argv[1]), 0
    claims = claim(folder)
    for number in range(30):
        key, shelf = f"key {number}", folder / f"bought {number}"
        while not shelf.exists():
            if claims.try_acquire(key):
                if not shelf.exists():
                    time.sleep(0.002)
                    shelf.touch()
                    bought += 1
                claims.release(key)
    print(bought)
"""


def test_eight_processes_buy_each_key_once(start):
    assert sum(int(said(process)) for process in [start(code=BUY_ALL) for _ in range(8)]) == 30


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_holds_nothing_and_frees_nothing(tmp_path, start):
    code = """
        import os, sys, warnings
        from pathlib import Path
        from workbench.cache.claims import claim
        warnings.simplefilter("ignore", DeprecationWarning)
        claims = claim(Path(sys.argv[1]))
        claims.try_acquire("parent's")
        if os.fork() == 0:
            claims.release("parent's")
            print(claims.try_acquire("parent's"), claims.try_acquire("child's"), flush=True)
            os._exit(0)
        os.wait()
        print(claims.try_acquire("parent's"), claims.try_acquire("child's"), flush=True)
        sys.stdin.readline()
    """
    process = start(code=code)
    assert said(process) == "False True"
    assert said(process) == "False True"
    assert claim(tmp_path).try_acquire("parent's") is False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_can_claim_what_its_parent_held(start):
    code = """
        import os, sys, time, warnings
        from pathlib import Path
        from workbench.cache.claims import claim
        warnings.simplefilter("ignore", DeprecationWarning)
        claims = claim(Path(sys.argv[1]))
        claims.try_acquire("parent's")
        parent = os.getpid()
        if os.fork():
            os._exit(0)
        while os.getppid() == parent:
            time.sleep(0.01)
        print(claims.try_acquire("parent's"), flush=True)
    """
    assert said(start(code=code)) == "True"


def test_claims_and_a_store_share_a_new_folder(tmp_path):
    assert claim(tmp_path / "shared").try_acquire(KEY)
    with open_store(tmp_path / "shared") as store:
        assert store.put_new(KEY, b"value")


def test_a_place_that_cannot_be_locked_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        claim(tmp_path / "file")


def test_a_link_in_place_of_the_lock_file_is_refused(tmp_path):
    """Whoever may write the folder must not choose which file is opened for writing."""
    (tmp_path / "workbench-claims.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(StoreError):
        claim(tmp_path)
    assert not (tmp_path / "victim").exists()


def test_a_hash_is_its_own_place_in_the_file():
    assert _offset(KEY) == int(KEY[:15], 16)
    assert _offset("x") != _offset("y")
