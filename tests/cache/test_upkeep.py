"""What makes two calls the same one, and what becomes of replies: kept, recorded, explained, exported, forgotten."""

import json
import os
import stat
from pathlib import Path

import pytest
from fakes.bodies import chunk, dumps, event_bytes, message, whole
from fakes.server import FakeServer, json_response, refused_address, sse_response
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.cache.request_key import request_key
from workbench.errors import InputError, StoreCorrupt
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

ADDRESS = "https://fake.invalid/v1"
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "keys.json").read_text(encoding="utf-8"))

TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
CALL = {
    "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How many?", "name": "ann"}],
    "max_tokens": 100,
    "temperature": 0.5,
    "top_p": 0.9,
    "stop": ["END"],
    "seed": 7,
    "n": 1,
    "tools": [TOOL],
    "tool_choice": "auto",
    "response_format": {"type": "json_object"},
    "reasoning_effort": "low",
    "extra_body": {"thinking": {"type": "enabled"}},
    "extra_headers": {"X-Route": "a"},
    "extra_query": {"version": "1"},
}
SYSTEM, USER = CALL["prompt"]


def key_of(prompt="How many?", *, model="fake/m", address=ADDRESS, **options):
    wb.add_provider("fake", base_url=address)
    return request_key(build_request(prompt, target=resolve(model), **options).identity())


@pytest.mark.parametrize(
    "change",
    [
        {"address": "https://other.invalid/v1"},
        {"address": "https://fake.invalid/v2"},
        {"model": "fake/m2"},
        {"prompt": [SYSTEM, {**USER, "content": "How many? "}]},
        {"prompt": [SYSTEM, {**USER, "role": "assistant"}]},
        {"prompt": [SYSTEM, {**USER, "name": "bob"}]},
        {"prompt": [SYSTEM, {**USER, "tool_call_id": "1"}]},
        {"prompt": [SYSTEM, {**USER, "content": [{"type": "text", "text": "How many?"}]}]},
        {"prompt": [{**SYSTEM, "role": "developer"}, USER]},
        {"prompt": [USER, SYSTEM]},
        {"prompt": [USER]},
        {"prompt": [SYSTEM, USER, USER]},
        {"max_tokens": 101},
        {"temperature": 0.50001},
        {"temperature": 0},
        {"top_p": 0.91},
        {"stop": ["END", "STOP"]},
        {"stop": "END"},
        {"seed": 8},
        {"n": 2},
        {"tools": [TOOL, TOOL]},
        {"tools": [{**TOOL, "function": {**TOOL["function"], "description": "adds"}}]},
        {"tool_choice": "none"},
        {"response_format": {"type": "text"}},
        {"reasoning_effort": "high"},
        {"extra_body": {"thinking": {"type": "disabled"}}},
        {"extra_body": {"thinking": {"type": "enabled", "budget": 1}}},
        {"extra_headers": {"X-Route": "b"}},
        {"extra_headers": {"X-Other": "a"}},
        {"extra_query": {"version": "2"}},
        {"sample": 1},
        {"parallel_tool_calls": False},
        {"parallel_tool_calls": 0},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_change_anywhere_in_a_request_is_another_call(change):
    assert key_of(**{**CALL, **change}) != key_of(**CALL)


@pytest.mark.parametrize("name", [name for name in CALL if name != "prompt"])
def test_leaving_a_field_out_is_another_call(name):
    assert key_of(**{other: value for other, value in CALL.items() if other != name}) != key_of(**CALL)


def test_true_and_one_are_not_the_same_value():
    assert key_of(logprobs=True) != key_of(logprobs=1)


@pytest.mark.parametrize(
    "same",
    [
        dict(reversed(CALL.items())),
        {**CALL, "prompt": [dict(reversed(SYSTEM.items())), dict(reversed(USER.items()))]},
        {**CALL, "n": 1.0},
        {**CALL, "seed": 7.0, "max_tokens": 100.0},
        {**CALL, "logprobs": None},
        {**CALL, "stream": True},
        {**CALL, "stream": False},
        {**CALL, "address": ADDRESS + "/"},
        {**CALL, "extra_headers": {"X-Route": "a", "Authorization": "Bearer one", "x-api-key": "two", "Cookie": "c"}},
    ],
    ids=["order", "order in messages", "1.0", "7.0", "None", "stream", "plain", "slash", "credentials"],
)
def test_order_number_format_transport_and_credentials_are_no_part_of_a_call(same):
    assert key_of(**same) == key_of(**CALL)


def test_a_pinned_model_asks_the_same_call_as_the_parameters_given_by_hand():
    assert key_of(model=wb.Model("fake/m", temperature=0.5, label="cool")) == key_of(temperature=0.5)
    assert key_of(system="Be brief.", prompt="Hi") == key_of([SYSTEM, {"role": "user", "content": "Hi"}])


def test_a_key_of_the_provider_is_no_part_of_a_call(monkeypatch):
    plain = key_of()
    wb.add_provider("fake", base_url=ADDRESS, key_env="FAKE_API_KEY")
    monkeypatch.setenv("FAKE_API_KEY", "sk-one-0123456789abcdef")
    assert request_key(build_request("How many?", target=resolve("fake/m")).identity()) == plain


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def turned(value):
    if isinstance(value, dict):
        return {name: turned(inner) for name, inner in reversed(value.items())}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@given(body=st.dictionaries(st.text(max_size=3), JSON, max_size=4), name=st.text(max_size=3), value=st.text(max_size=5))
def test_any_body_has_one_key_whatever_its_order_and_another_with_one_field_more(body, name, value):
    request = {"base_url": ADDRESS, "headers": {}, "query": {}, "sample": 0}
    key = request_key({**request, "body": body})
    assert request_key({**request, "body": turned(body)}) == key
    if body.get(name) != value:
        assert request_key({**request, "body": {**body, name: value}}) != key


@pytest.mark.parametrize("golden", GOLDEN, ids=[golden["what"] for golden in GOLDEN])
def test_a_new_version_buys_nothing_again(golden):
    """Should this fail, every reply that anyone has kept would be paid for a second time. Do not edit the file."""
    assert key_of(**golden["call"]) == golden["key"]


@pytest.fixture
def answered(monkeypatch):
    """Ask `How many?` of a fake model once; `.ask` asks again."""

    def ask(server, prompt="How many?", **options):
        wb.add_provider("fake", base_url=server.base_url)
        return wb.ask(prompt, model="fake/m", **options)

    return ask


def move_home(monkeypatch, folder):
    monkeypatch.setenv("WORKBENCH_CACHE", str(folder))


def test_a_recording_is_read_before_the_store_and_never_written(answered, tmp_path, monkeypatch):
    with FakeServer(["recorded", "stored"]) as server:
        recorded = answered(server)
        file = tmp_path / "kept.jsonl"
        assert wb.cache.export(file) == 1
        move_home(monkeypatch, tmp_path / "second")
        stored = answered(server)
        assert (recorded.answer, stored.answer, recorded.key) == ("recorded", "stored", stored.key)
        before = file.read_bytes()
        assert wb.cache.load(file) == 1
        assert answered(server).answer == "recorded"
        assert wb.cache.get(stored.key).answer == "recorded"
        assert wb.cache.delete(stored.key) == 1
        assert answered(server).answer == "recorded"
        assert (server.hits, file.read_bytes()) == (2, before)
        assert (wb.cache.stats().stored, wb.cache.stats().recorded) == (0, 1)


def test_recordings_in_the_home_are_found_without_being_loaded(answered, tmp_path, monkeypatch):
    home = tmp_path / "project" / "cache"
    (home / "recordings").mkdir(parents=True)
    with FakeServer(["recorded"]) as server:
        answered(server)
        wb.cache.export(home / "recordings" / "a.jsonl")
        move_home(monkeypatch, home)
        reply = answered(server)
    assert (reply.answer, reply.cached, reply.usd_spent, server.hits) == ("recorded", True, 0.0, 1)


def spoil(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_recording_whose_request_was_edited_is_refused(answered, tmp_path, monkeypatch):
    file = tmp_path / "kept.jsonl"
    with FakeServer(["recorded"]) as server:
        answered(server)
        wb.cache.export(file)
        spoil(file, "How many?", "How much?")
        move_home(monkeypatch, tmp_path / "second")
        wb.cache.load(file)
        with pytest.raises(StoreCorrupt, match="edited"):
            answered(server)
    assert server.hits == 1


@pytest.mark.parametrize("line", ["not json", "[1, 2]", '{"key": "cut sho'])
def test_a_line_that_is_no_reply_is_refused_when_it_is_loaded(line, tmp_path):
    file = tmp_path / "kept.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(StoreCorrupt, match=r"kept\.jsonl:1"):
        wb.cache.load(file)


def test_a_recording_that_is_not_there_is_named_with_the_nearest(answered, tmp_path):
    (tmp_path / "kimi.jsonl").write_text("")
    with pytest.raises(InputError, match=r"did you mean 'kimi\.jsonl'"):
        wb.cache.load(tmp_path / "kimmi.jsonl")


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


def test_a_refresh_buys_anew_and_keeps_every_reply_that_was_paid_for(answered):
    with FakeServer(["first", "second", "third"]) as server:
        key = answered(server).key
        second, third = (answered(server, refresh=True) for _ in range(2))
        again = answered(server)
    assert (second.answer, second.cached, third.answer, again.answer, again.cached) == (
        "second",
        False,
        "third",
        "third",
        True,
    )
    assert server.hits == 3
    store = wb.cache.current().store
    names = list(store.keys())
    contents = [json.loads(store.get(name))["response"]["choices"][0]["message"]["content"] for name in names]
    assert sorted(contents) == ["first", "second", "third"]
    old = [name for name in names if name != key]
    assert {wb.cache.get(name).answer for name in old} == {"first", "second"}


def test_after_a_refresh_an_export_hands_on_the_reply_in_force(answered, tmp_path, monkeypatch):
    file = tmp_path / "kept.jsonl"
    with FakeServer(["first", "second"]) as server:
        answered(server)
        answered(server, refresh=True)
        wb.cache.export(file)
        move_home(monkeypatch, tmp_path / "second")
        wb.cache.load(file)
        assert answered(server).answer == "second"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"temperature": 0.5}, ["body.temperature"]),
        ({"max_tokens": 200}, ["body.max_tokens"]),
        ({"sample": 1}, ["sample"]),
        ({"extra_body": {"thinking": {"type": "disabled"}}}, ["body.thinking.type"]),
        ({"prompt": "How much?"}, ["body.messages.0.content"]),
        ({"model": "fake/m2"}, ["body.model", "model_id"]),
        ({"extra_headers": {"X-Route": "b"}}, ["headers.X-Route"]),
        ({"temperature": 0.5, "seed": 4}, ["body.seed", "body.temperature"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_miss_is_explained_by_the_fields_that_differ(asked, names, answered):
    kept = {"prompt": "How many?", "model": "fake/m", "temperature": 0.1, "max_tokens": 100, "seed": 3}
    kept |= {"extra_body": {"thinking": {"type": "enabled"}}, "extra_headers": {"X-Route": "a"}}
    with FakeServer() as server:
        answered(server, "Something else entirely, about sheep")
        wb.ask(**kept)
        hit = wb.cache.explain_miss(**kept)
        miss = wb.cache.explain_miss(**{**kept, **asked})
    assert hit.kept
    assert "kept under" in str(hit)
    assert not miss.kept
    assert [difference.partition(":")[0] for difference in miss.differences] == names
    assert names[0] in str(miss)
    assert server.hits == 2


def test_a_miss_with_nothing_kept_says_so():
    wb.add_provider("fake", base_url=ADDRESS)
    explanation = wb.cache.explain_miss("How many?", model="fake/m")
    assert (explanation.kept, explanation.nearest_key, explanation.differences) == (False, None, ())
    assert "nothing like it" in str(explanation)


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


def test_the_variable_names_the_home(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    monkeypatch.setenv("WORKBENCH_CACHE", "~/elsewhere")
    assert wb.cache.home() == tmp_path / "home" / "elsewhere"


@pytest.mark.parametrize("holds", [(), ("recordings",), ("store",), ("README.md", "recordings")], ids=str)
def test_a_project_with_a_cache_folder_is_the_home_from_any_of_its_folders(holds, tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    for name in holds:
        (tmp_path / "cache" / name).mkdir(parents=True)
    (tmp_path / "cache").mkdir(exist_ok=True)
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert wb.cache.home() == tmp_path / "cache"


def test_the_home_stays_the_home_once_it_was_used(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    (tmp_path / "cache").mkdir()
    wb.cache.ledger()
    assert wb.cache.home() == tmp_path / "cache"


@pytest.mark.parametrize(
    "make", [lambda folder: None, lambda folder: (folder / "pip").mkdir(parents=True)], ids=["no", "foreign"]
)
def test_without_a_cache_folder_of_ours_the_home_is_the_users_own(make, tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    make(tmp_path / "cache")
    assert wb.cache.home() == Path(os.environ["XDG_DATA_HOME"]) / "workbench"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_new_home_is_private_and_stays_out_of_git(answered, tmp_path):
    with FakeServer() as server:
        answered(server)
    home = tmp_path / "cache"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "store").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "ledger.jsonl").stat().st_mode) == 0o600
    lines = (home / ".gitignore").read_text().split()
    assert lines[0] == "*"
    assert "!recordings/*.jsonl" in lines


def test_an_own_gitignore_is_left_alone(answered, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".gitignore").write_text("mine\n")
    with FakeServer() as server:
        answered(server)
    assert (tmp_path / "cache" / ".gitignore").read_text() == "mine\n"


def test_a_kept_reply_needs_no_server(answered):
    with FakeServer(["Nine."]) as server:
        bought = answered(server)
        port = server.port
    again = wb.ask("How many?", model="fake/m", timeout=1)
    assert (again.answer, again.cached, bought.cached) == ("Nine.", True, False)
    assert port
    with refused_address() as address:
        wb.add_provider("fake", base_url=address)
        assert "base_url" in str(wb.cache.explain_miss("How many?", model="fake/m"))
