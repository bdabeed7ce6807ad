"""A run in one file for a colleague: read without store or server, and nothing but what it says it is."""

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from commanded import workbench
from fakes.server import FakeServer, completion
from swept import correct

import workbench as wb
from workbench.errors import InputError
from workbench.sweeps import bundles

TASKS = [{"id": "a", "question": "1 + 1?", "target": "2"}, {"id": "b", "question": "2 + 1?", "target": "9"}]


@pytest.fixture(scope="module")
def fake():
    with FakeServer(correct) as server:
        yield server


@pytest.fixture
def bundle(fake, home, monkeypatch):
    wb.add_provider("fake", base_url=fake.base_url, free=True)
    rows = wb.sweep(TASKS, models=["fake/a", "fake/b"], name="for you")
    done = workbench("bundle", "for you")
    assert done.stdout == "for-you.wbrun\n", done.stderr
    monkeypatch.setenv("WORKBENCH_CACHE", str(home / "a colleague's"))
    wb.providers.facts.remove_provider(wb.providers.facts.providers()["fake"])
    return rows


def changed(**parts):
    """The bundle with some of its parts replaced."""
    with zipfile.ZipFile("for-you.wbrun") as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile("other.wbrun", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**old, **{name.replace("_", "."): data for name, data in parts.items()}}.items():
            if data is not None:
                archive.writestr(name, data)
    return "other.wbrun"


def test_a_colleague_sees_the_rows_without_store_provider_or_server(bundle):
    back = wb.open_run("for-you.wbrun")
    bought = ["cached", "usd_spent"]
    pd.testing.assert_frame_equal(back.drop(columns=bought), bundle.drop(columns=bought))
    shown = workbench("open", "for-you.wbrun").stdout
    assert shown.splitlines()[-1] == "reports/for-you.html"
    assert '<div class="answer" id="recommendation">' in Path("reports/for-you.html").read_text(encoding="utf-8")
    assert workbench("open", "for-you.wbrun", "--no-page").stdout.splitlines()[-1] != "reports/for-you.html"
    assert workbench("open", "for-you.wbrun", "-o", "page.html").stdout.splitlines()[-1] == "page.html"
    assert "for you, 20" in shown
    assert "2 tasks from list, 4 calls, made with workbench" in shown
    assert "50 %" in shown
    with zipfile.ZipFile("for-you.wbrun") as archive:
        assert len(archive.read("rows.jsonl").splitlines()) == 4


def test_it_is_not_written_over_unasked_and_its_name_says_what_it_is(fake, bundle, home, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CACHE", str(home / "cache"))
    assert "is there already" in workbench("bundle", "for you").stderr
    assert "end it in .wbrun" in workbench("bundle", "for you", "-o", "x.zip").stderr


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"replies_jsonl": b""}, "its replies.jsonl was changed"),
        ({"rows_jsonl": None}, "is no bundle of a run"),
        ({"bundle_json": b"[]"}, "is no bundle of a run that this workbench reads"),
        ({"bundle_json": b"{" * 5000}, "not JSON"),
        ({"bundle_json": json.dumps({"format": "workbench-run", "version": 1, "sha256": []}).encode()}, "was changed"),
    ],
)
def test_a_bundle_that_was_changed_is_refused(bundle, parts, words):
    with pytest.raises(InputError, match=words):
        wb.open_run(changed(**parts))


def test_what_unpacks_to_too_much_is_not_unpacked(bundle, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_BYTES", 100_000)
    with pytest.raises(InputError, match=r"its calls.json unpacks to more than 100,000 bytes"):
        wb.open_run(changed(calls_json=b" " * 5_000_000))


def test_names_that_lead_elsewhere_write_nothing(bundle, home):
    stream = io.BytesIO(Path("for-you.wbrun").read_bytes())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../../evil.txt", "x")
    (home / "evil.wbrun").write_bytes(stream.getvalue())
    assert len(wb.open_run("evil.wbrun")) == 4
    assert not list(home.parent.rglob("evil.txt"))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_bundle_is_one_clear_error(home, content):
    (home / "x.wbrun").write_bytes(content)
    with pytest.raises(InputError, match="is no bundle of a run"):
        wb.open_run("x.wbrun")


def test_anything_like_a_key_stops_it(home):
    with FakeServer(completion("use sk-" + "a1b2" * 8)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep([{"id": "k", "question": "sk-" + "c3d4" * 8}], models="fake/m", name="keys")
    done = workbench("bundle", "keys")
    assert (done.returncode, "something like a key" in done.stderr) == (1, True)
    assert not (home / "keys.wbrun").exists()


def test_marks_of_a_judge_come_as_they_are_and_ask_nobody(home, monkeypatch):
    with FakeServer(completion("**Verdict:** correct")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep(TASKS, models="fake/m", scorer="judge:fake/wise", name="judged")
        workbench("bundle", "judged")
        hits = server.hits
        monkeypatch.setenv("WORKBENCH_CACHE", str(home / "elsewhere"))
        assert wb.open_run("judged.wbrun")["correct"].all()
        assert server.hits == hits
