"""Conversations and pictures: what is sent, what is never sent, whose bytes are in the key."""

from __future__ import annotations

import base64
import json

import pytest

import workbench as wb
from workbench.cache.request_key import request_key
from workbench.errors import BadRequest, InputError
from workbench.providers.models import resolve
from workbench.providers.requests import build_request
from workbench.tasks.prompts import Prompt
from workbench.tasks.tasks import load_tasks

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_the_last_turn_of_the_assistant_is_the_target_and_is_not_sent():
    talk = [
        {"role": "system", "content": "You are terse."},
        {"role": "user", "content": "1 + 1?"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": "3 + 4?"},
    ]
    tasks = load_tasks([{"messages": [*talk, {"role": "assistant", "content": "7"}]}, {"messages": talk}])
    assert [task.target for task in tasks] == ["7", None]
    assert Prompt("p").render(tasks[0]) == talk
    assert "the last turn of 'messages'" in str(tasks.understood.of("target"))


def test_a_prompt_writes_the_last_turn_and_may_replace_the_system_part():
    task = load_tasks([{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Hi"}]}])[0]
    shown = Prompt("p", "{{ question }}, please.", system="T: {{ system }}").render(task)
    assert [message["content"] for message in shown] == ["T: S", "Hi, please."]


def test_turns_of_other_makers_and_messages_as_text_are_read(tmp_path):
    path = tmp_path / "t.csv"
    talk = json.dumps([{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]).replace('"', '""')
    path.write_text(f'messages,target\n"{talk}",Hello\n', encoding="utf-8")
    assert [(task.question, task.target) for task in load_tasks(path)] == [("Hi", "Hello")]
    share = load_tasks(
        [{"id": "s", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yo"}]}]
    )
    assert (share[0].question, share[0].target) == ("Hi", "Yo")


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ([{"role": "tool", "content": "x"}], "role 'tool'; only system, user, assistant"),
        ([{"role": "assistant", "content": "x"}], "no turn of the user"),
        ([{"role": "user", "content": "x"}, {"role": "assistant", "content": "", "tool_calls": [{}]}], "calls a tool"),
        ([{"role": "user", "content": [{"type": "input_audio"}]}], "type 'input_audio'"),
        ([], "messages are a list"),
    ],
)
def test_conversations_that_cannot_be_asked_again_are_refused(messages, message):
    with pytest.raises(InputError, match=message):
        load_tasks([{"chat": messages, "n": 1}], messages="chat")


def pictures(folder, name="a.png", data=PNG):
    (folder / name).write_bytes(data)
    path = folder / "t.csv"
    path.write_text(f"image,question,answer\n{name},What is this?,a dot\n", encoding="utf-8")
    return path


def test_a_picture_is_sent_as_its_bytes(tmp_path):
    task = load_tasks(pictures(tmp_path))[0]
    (message,) = Prompt("p").render(task)
    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert message["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]


def key(path):
    wb.add_provider("own", base_url="http://127.0.0.1:9/v1")
    prompt = Prompt("p").render(load_tasks(path)[0])
    return request_key(build_request(prompt, target=resolve("own/eyes")).identity())


def test_the_bytes_of_a_picture_are_in_the_key_and_its_name_is_not(tmp_path):
    for folder in ("one", "two", "three"):
        (tmp_path / folder).mkdir()
    first = key(pictures(tmp_path / "one"))
    assert key(pictures(tmp_path / "two", name="other.png")) == first
    assert key(pictures(tmp_path / "three", data=PNG + b"more")) != first


def test_addresses_are_sent_as_they_are_and_pictures_are_no_texts_to_count():
    wb.add_provider("own", base_url="http://127.0.0.1:9/v1")
    rows = [
        {"question": "What?", "image_url": "https://example.com/a.png"},
        {"question": "What?", "image_url": "data:image/png;base64," + "A" * 90_000},
    ]
    tasks = load_tasks(rows)
    parts = [Prompt("p").render(task)[0]["content"][1]["image_url"]["url"] for task in tasks]
    assert parts == [row["image_url"] for row in rows]
    sizes = [
        build_request(Prompt("p").render(task), target=resolve("own/eyes")).prompt_tokens_at_most for task in tasks
    ]
    assert sizes[0] == sizes[1] < 20_000


def test_only_a_column_of_pictures_is_ever_read_as_files(tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)
    path = tmp_path / "t.csv"
    path.write_text("question,note,image\nWhat is in a.png?,a.png,nginx:latest\n", encoding="utf-8")
    task = load_tasks(path)[0]
    assert task.images == ()
    assert Prompt("p", "{{ question }} {{ note }}").render(task)[0]["content"] == "What is in a.png? a.png"


def test_what_is_no_picture_or_not_beside_the_tasks_is_not_sent(tmp_path):
    with pytest.raises(InputError, match="no PNG, JPEG, WebP or GIF by its first bytes; it is not sent"):
        load_tasks(pictures(tmp_path, data=b"-----BEGIN PRIVATE KEY-----"))
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "private.png").write_bytes(PNG)
    for name in ("../private.png", str(tmp_path / "private.png")):
        path = inner / "t.csv"
        path.write_text(f"image,question\n{name},What?\n", encoding="utf-8")
        with pytest.raises(InputError, match="is not in the folder of the tasks, and is sent only if you say so"):
            load_tasks(path)
        assert len(load_tasks(path, images="image")[0].images) == 1
    (inner / "t.csv").write_text("image,question\nnone.png,What?\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"t.csv, line 2: the image 'none.png' cannot be read: No such file"):
        load_tasks(inner / "t.csv")


def test_pictures_are_refused_for_a_model_that_takes_none(tmp_path):
    path = pictures(tmp_path)
    with pytest.raises(
        BadRequest, match=r"'openrouter/moonshotai/kimi-k2-thinking' takes no images, and task '1' has 1"
    ):
        wb.plan(path, models="openrouter/moonshotai/kimi-k2-thinking")
    plan = wb.plan(path, models="openai/gpt-5")
    assert "[image: data:image/png;base64, 70 bytes]" in repr(plan)
    assert wb.plan(load_tasks(path, images=[]), models="openrouter/moonshotai/kimi-k2-thinking").calls == 1
