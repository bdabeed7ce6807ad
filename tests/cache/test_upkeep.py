"""The cache looked after: counted, exported, loaded, forgotten."""

import json

import pytest
from asked import move_home
from fakes.server import FakeServer, json_response, sse_response
from fakes.server.bodies import chunk, dumps, event_bytes, message, whole

import workbench as wb
from workbench.errors import InputError


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdefghijklmnopqrstuvwx",
        "gsk_abcdefghijklmnopqrstuvwx",
        "AKIAABCDEFGHIJKLMNOP",
        "Bearer abcdefghijklmnop0123",
    ],
)
def test_an_export_with_something_like_a_key_is_refused_whole(secret, answered, tmp_path):
    with FakeServer(["fine", f"Use {secret} to log in."]) as server:
        answered(server)
        answered(server, "And the key?")
    with pytest.raises(InputError, match="something like a key") as refusal:
        wb.cache.export(tmp_path / "kept.jsonl")
    assert secret not in str(refusal.value)
    assert not list(tmp_path.glob("kept*"))


def test_an_export_does_not_overwrite_a_file(tmp_path):
    (tmp_path / "kept.jsonl").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        wb.cache.export(tmp_path / "kept.jsonl")
    assert (tmp_path / "kept.jsonl").read_text() == "mine"


AWKWARD = 'a\u2028b\x00c "d" \\ \U0001f600 é\n'


@pytest.mark.parametrize("streamed", [False, True])
def test_export_and_load_lose_nothing(streamed, answered, tmp_path, monkeypatch):
    """Not even half of a surrogate pair, which some providers send when a stream cuts a character in two."""
    body = whole(
        message(AWKWARD + "LONE", "t" + AWKWARD, "moonshot"),
        model="m",
        usage={"prompt_tokens": 3},
        odd={"x": [1.5, None]},
    )
    pieces = [
        chunk({"role": "assistant", "reasoning_content": "t" + AWKWARD}, model="m"),
        chunk({"content": AWKWARD + "LONE"}, model="m", odd={"x": [1.5, None]}),
        chunk({}, model="m", finish_reason="stop"),
    ]
    lone = b"\\ud83d"
    script = (
        sse_response(tuple(event_bytes(piece, "\n").replace(b"LONE", lone) for piece in pieces))
        if streamed
        else json_response(dumps(body).replace(b"LONE", lone))
    )
    file = tmp_path / "kept.jsonl"
    with FakeServer(script) as server:
        before = answered(server, AWKWARD, stream=streamed)
        wb.cache.export(file)
        record = wb.cache.current().lookup(before.key)
        move_home(monkeypatch, tmp_path / "second")
        wb.cache.load(file)
        after = answered(server, AWKWARD, stream=streamed)
    assert before.answer == AWKWARD + "\ud83d"
    assert before.thinking.startswith("t")
    assert after == wb.cache.get(before.key)
    assert (after.answer, after.thinking, after.raw) == (before.answer, before.thinking, before.raw)
    assert wb.cache.current().lookup(before.key) == record
    assert server.hits == 1


def test_the_rows_of_a_sweep_are_exported_alone(answered, tmp_path):
    with FakeServer() as server:
        answered(server, "another question")
        wb.add_provider("fake", base_url=server.base_url)
        rows = wb.sweep([{"id": "a", "question": "How many?"}], models="fake/m", repeats=2)
    file = tmp_path / "kept.jsonl"
    assert wb.cache.export(file, rows) == 2
    assert {json.loads(line)["key"] for line in file.read_text().splitlines()} == set(rows["key"])
    wb.cache.delete(rows["key"][0])
    with pytest.raises(InputError, match="1 of these rows"):
        wb.cache.export(tmp_path / "other.jsonl", rows)


def test_after_a_refresh_an_export_hands_on_the_reply_in_force(answered, tmp_path, monkeypatch):
    file = tmp_path / "kept.jsonl"
    with FakeServer(["first", "second"]) as server:
        answered(server)
        answered(server, refresh=True)
        wb.cache.export(file)
        move_home(monkeypatch, tmp_path / "second")
        wb.cache.load(file)
        assert answered(server).answer == "second"


def test_a_reply_is_got_by_its_key_and_forgotten_for_good(answered):
    with FakeServer(["one", "two"]) as server:
        reply = answered(server)
        assert wb.cache.get(reply.key).answer == "one"
        assert wb.cache.get("0" * 64) is None
        assert wb.cache.delete(reply.key, "0" * 64) == 1
        assert wb.cache.get(reply.key) is None
        assert answered(server).answer == "two"


def test_the_statistics_count_what_is_kept_and_what_it_cost(answered):
    usage = {"prompt_tokens": 2, "completion_tokens": 1, "cost": 0.25}
    with FakeServer(
        lambda request: json_response(whole(message("Nine.", "", "moonshot"), model="m", usage=usage))
    ) as server:
        answered(server)
        answered(server)
        answered(server, sample=1)
    stats = wb.cache.stats()
    assert (stats.stored, stats.recorded, stats.requests, stats.usd) == (2, 0, 2, 0.5)
    assert "2 replies" in str(stats)
    ledger = wb.cache.ledger()
    assert (len(ledger), ledger["usd"].sum(), set(ledger["model"])) == (2, 0.5, {"fake/m"})
