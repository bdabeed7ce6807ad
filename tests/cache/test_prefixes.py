"""Steps of loops keep what they add: whole for every reader, whatever was refreshed, joined, deleted or damaged."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.cache.kept import Cache, current
from workbench.cache.prefixes import Prefixes
from workbench.cache.recordings import Recordings
from workbench.errors import StoreCorrupt
from workbench.providers.conversation import Conversation, record_dumped

STEPS = 6


def weigh(at: int) -> str:
    """Weigh what stands somewhere."""
    return f"at {at}: " + "7 grams of salt, and a spoon " * 30


def script(asked):
    done = len(asked.messages) // 2
    calls = [{"name": "weigh", "arguments": {"at": done}}]
    return {"thinking": f"Next is {done}.", "tool_calls": calls} if done < STEPS - 1 else "42 grams"


def asked(**options):
    return wb.loops.run("How heavy is the salt?", tools=[weigh], model="scripted/scales", **options)


@pytest.fixture
def loop():
    with wb.testing.scripted(script):
        yield asked()


def keys_of(loop):
    return [step.reply.key for step in loop.steps]


def stored(key):
    return json.loads(current().store.get(key))["request"]["body"]["messages"]


def test_a_step_keeps_what_it_adds(loop):
    first, *others = map(stored, keys_of(loop))
    assert isinstance(first, list)
    for before, told in zip(keys_of(loop), others, strict=False):
        assert told["after"] == before
        assert [message["role"] for message in told["added"]] == ["assistant", "tool"]


def test_every_reader_finds_the_whole_request(loop):
    keys, cache = keys_of(loop), current()
    last = list(loop.messages[:-1])
    assert cache.lookup(keys[-1])["request"]["body"]["messages"] == last
    assert dict(cache.requests())[keys[-1]]["body"]["messages"] == last
    line = dict(cache.lines())[keys[-1]]
    assert line.startswith(f'{{"key":"{keys[-1]}"')
    assert json.loads(line)["request"]["body"]["messages"] == last
    assert wb.cache.get(keys[-1]).answer == "42 grams"


def test_a_recording_of_it_is_read_anywhere(loop, tmp_path):
    assert wb.cache.export(tmp_path / "salt.jsonl") == STEPS
    elsewhere = Cache(tmp_path / "elsewhere")
    assert elsewhere.keep_recording(tmp_path / "salt.jsonl") == (STEPS, STEPS)  # where each is checked against its key


@pytest.fixture
def chained(loop, tmp_path):
    path = tmp_path / "chained.jsonl"
    assert wb.cache.export(path, chained=True) == STEPS
    return path


def test_a_chained_recording_holds_what_a_whole_one_does_in_less_room(loop, chained, tmp_path):
    wb.cache.export(tmp_path / "whole.jsonl")
    files = [chained, tmp_path / "whole.jsonl"]
    one, other = ({record["key"]: record for record in Recordings([path]).records()} for path in files)
    assert one == other
    assert len(one) == STEPS
    assert [path.read_text().count("How heavy is the salt?") for path in files] == [1, STEPS]
    assert dict(Recordings([chained]).requests()) == {key: record["request"] for key, record in one.items()}


def test_a_loop_replays_from_a_chained_recording_and_is_kept_as_small(loop, chained, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "elsewhere"))
    wb.cache.load(chained)
    again = wb.loops.run("How heavy is the salt?", tools="recorded", model="scripted/scales")
    assert again.cached
    assert keys_of(again) == keys_of(loop)
    kept = Cache(tmp_path / "third")
    assert kept.keep_recording(chained) == (STEPS, STEPS)
    assert kept.lookup(keys_of(loop)[-1])["request"]["body"]["messages"] == list(loop.messages[:-1])
    assert json.loads(kept.store.get(keys_of(loop)[-1]))["request"]["body"]["messages"]["after"] == keys_of(loop)[-2]


def test_a_step_whose_beginning_is_not_exported_is_written_whole(loop, tmp_path):
    rows = pd.DataFrame({"key": keys_of(loop)[3:]})
    wb.cache.export(tmp_path / "end.jsonl", rows, chained=True)
    lines = (tmp_path / "end.jsonl").read_text().splitlines()
    told = [json.loads(line)["request"]["body"]["messages"] for line in lines]
    assert [type(messages) for messages in told] == [list, dict, dict]
    assert len([*Recordings([tmp_path / "end.jsonl"]).records()]) == 3


@pytest.mark.parametrize("fault", ["left out", "edited", "no JSON", "no list", "of another key"])
def test_a_chained_recording_that_was_damaged_is_refused_with_its_place(loop, chained, fault):
    keys, lines = keys_of(loop), {json.loads(line)["key"]: line for line in chained.read_text().splitlines(True)}
    second = json.loads(lines[keys[1]])
    messages = second["request"]["body"]["messages"]
    if fault == "no list":
        messages["added"] = "all"
    elif fault == "of another key":
        lines[keys[1]] = lines[keys[1]].replace('"request":', f'"key":"{keys[0]}","request":', 1)
    elif fault == "edited":
        messages["added"][0]["content"] = "something else"
    if fault in ("edited", "no list"):
        lines[keys[1]] = json.dumps(second, separators=(",", ":")) + "\n"
    if fault == "no JSON":
        lines[keys[1]] = lines[keys[1]][:-20] + "\n"
    if fault == "left out":
        del lines[keys[1]]
    chained.write_text("".join(lines.values()))
    found = Recordings([chained])
    assert found.get(keys[0])["key"] == keys[0]
    with pytest.raises(StoreCorrupt, match=r"chained\.jsonl:"):
        found.get(keys[1] if fault == "of another key" else keys[-1])
    if fault != "of another key":  # there is none of that one, then
        with pytest.raises(StoreCorrupt):
            Cache(chained.parent / "third").keep_recording(chained)


def test_joined_stores_hold_the_whole_of_it(loop, tmp_path):
    other = Cache(tmp_path / "other")
    other.join(current().folder)
    assert other.lookup(keys_of(loop)[-1])["request"]["body"]["messages"] == list(loop.messages[:-1])


def test_it_costs_nothing_again_and_refreshed_it_is_as_whole(loop):
    assert asked().cached
    fresh = asked(refresh=True)
    assert not fresh.cached
    assert keys_of(fresh) == keys_of(loop)
    record = current().lookup(keys_of(loop)[-1])
    assert record["request"]["body"]["messages"] == list(loop.messages[:-1])


def test_where_the_beginning_was_deleted_the_reply_is_whole_and_what_is_missing_is_told(loop, tmp_path):
    keys, cache = keys_of(loop), current()
    rows = pd.DataFrame({"key": [keys[-1]]})
    wb.cache.delete(keys[2])
    assert wb.cache.get(keys[-1]).answer == "42 grams"
    assert cache.lookup(keys[-1])["request"]["begins_in_deleted"] == keys[2]
    with pytest.raises(StoreCorrupt, match="was deleted: its reply is whole"):
        wb.cache.export(tmp_path / "one.jsonl", rows)
    with pytest.warns(UserWarning, match="3 steps of loops were left out"):
        assert wb.cache.export(tmp_path / "all.jsonl") == 2
    again = asked()
    assert [step.reply.cached for step in again.steps] == [True, True, False, True, True, True]
    assert wb.cache.export(tmp_path / "mended.jsonl") == STEPS


def test_a_loop_that_goes_on_where_it_was_does_not_lean_on_what_it_only_read(loop):
    wb.cache.delete(*keys_of(loop)[3:])
    again = asked()
    assert isinstance(stored(keys_of(again)[3]), list)  # the one before it may be a recording's, or another folder's
    assert stored(keys_of(again)[4])["after"] == keys_of(again)[3]


def test_the_store_grows_with_the_steps_and_not_with_their_square():
    told, texts = Conversation([{"role": "user", "content": "begin"}]), []
    for number in range(200):
        record = {"key": f"k{number}", "request": {"body": {"messages": told}}}
        texts.append(record_dumped(record))
        before, told = told, told.followed_by([*told, {"role": "tool", "content": "x" * 500}], "")
        told.begins_with(before, f"k{number}")
    assert max(map(len, texts)) < 700
    found = Prefixes(lambda keys: {key: texts[int(key[1:])].encode() for key in keys})
    (last,) = [json.loads(texts[-1])]
    found.fill([last])
    assert len(last["request"]["body"]["messages"]) == 200


MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.just("user"), "content": st.text(max_size=3)}), min_size=1, max_size=3
)


@given(st.lists(st.tuples(st.integers(0, 9), MESSAGES), min_size=1, max_size=5))
def test_what_is_read_is_what_was_written_also_where_earlier_messages_were_replaced(steps):
    """With `replay="last"` a turn loses its thinking when the next one comes: less is shared than was there."""
    told, texts, wholes = Conversation([{"role": "system", "content": ""}]), {}, {}
    for number, (left_out, added) in enumerate(steps):
        key = f"k{number}"
        texts[key] = record_dumped({"key": key, "request": {"body": {"model": "m", "messages": told}}}).encode()
        wholes[key] = list(told)
        before, told = told, told.followed_by([*told[: max(1, len(told) - left_out)], *added], "")
        told.begins_with(before, key)
    found = Prefixes(lambda keys: {key: texts[key] for key in keys if key in texts})
    for key, value in found.filled(texts.items()):
        assert json.loads(value)["request"]["body"]["messages"] == wholes[key]


@pytest.mark.parametrize(
    "messages",
    [
        {"after": "self", "shared": 1, "added": []},
        {"after": "short", "shared": 9, "added": []},
        {"after": 7, "shared": 1, "added": []},
        {"after": "short", "shared": True, "added": []},
        {"after": "short", "shared": -1, "added": []},
        {"after": "short", "shared": 1, "added": "all"},
        "none",
    ],
    ids=["in a circle", "more than there was", "no key", "no number", "less than none", "no list", "a text"],
)
def test_what_nobody_wrote_is_refused(messages):
    kept = {"self": {"key": "self", "request": {"body": {"messages": messages}}}}
    kept["short"] = {"key": "short", "request": {"body": {"messages": [{"role": "user", "content": "a"}]}}}
    kept["next"] = {"key": "next", "request": {"body": {"messages": {"after": "self", "shared": 1, "added": [1]}}}}
    found = Prefixes(lambda keys: {key: json.dumps(kept[key]).encode() for key in keys})
    with pytest.raises(StoreCorrupt, match=r"holds no messages|are not those that the next step began with"):
        found.fill([kept["self"], kept["next"]])
