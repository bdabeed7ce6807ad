"""Results are kept beside the replies, and an effect happens once, whatever falls between."""

from __future__ import annotations

import asyncio

import pytest

from workbench.cache.kept import current
from workbench.cache.tool_results import call_key, tool_results
from workbench.errors import InputError
from workbench.loops.effects import Effects, UnfinishedEffect
from workbench.loops.tools import tool


class Post:
    """Counts what it sends, and breaks when told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.breaks = False

    def send(self, to: str) -> str:
        """Send a letter."""
        self.sent.append(to)
        if self.breaks:
            raise OSError("the line is dead")
        return f"sent to {to}"


@pytest.fixture
def post():
    return Post()


def effects(post, **how):
    how = {"unfinished": "raise", **how}
    tools = {"send": tool(effect=True)(post.send), "look": tool(look)}
    return Effects(tools, tool_results(current()), **how)


def look() -> str:
    """Look."""
    return "dark"


def had(made, name="send", arguments='{"to": "Ada"}', step="s1", place=0):
    async def go():
        found = await made.had(step, place, name, arguments)
        await made.settled()
        return found

    return asyncio.run(go())


def test_an_effect_happens_once_for_one_step(post):
    first, second = had(effects(post)), had(effects(post))
    assert post.sent == ["Ada"]
    assert (first.kept, second.kept, second.result.text) == (False, True, "sent to Ada")


def test_another_step_place_or_argument_is_another_effect(post):
    for step, place, to in [("s1", 0, "Ada"), ("s2", 0, "Ada"), ("s1", 1, "Ada"), ("s1", 0, "Bo")]:
        had(effects(post), arguments=f'{{"to": "{to}"}}', step=step, place=place)
    assert len(post.sent) == 4


def test_an_effect_that_failed_is_not_tried_again(post):
    post.breaks = True
    assert had(effects(post)).result.problem == "raised"
    post.breaks = False
    assert had(effects(post)).result.text == "OSError: the line is dead"
    assert post.sent == ["Ada"]


def begun(post):
    """The effect was begun, and the process ended before it was through."""
    key = call_key("s1", 0, "send", '{"to": "Ada"}')
    asyncio.run(tool_results(current()).put_new(f"{key}:begun", {"tool": "send"}))


def test_an_effect_that_was_cut_off_raises_and_says_how_to_go_on(post):
    begun(post)
    with pytest.raises(UnfinishedEffect, match="unfinished='again'") as caught:
        had(effects(post))
    assert "unfinished='tell'" in str(caught.value)
    assert post.sent == []


def test_it_is_called_again_only_where_that_is_asked_for(post):
    begun(post)
    assert had(effects(post, unfinished="again")).result.text == "sent to Ada"
    assert had(effects(post)).kept
    assert post.sent == ["Ada"]


def test_the_model_can_be_told_instead(post):
    begun(post)
    found = had(effects(post, unfinished="tell"))
    assert "nobody knows whether it took effect" in found.result.text
    assert found.result.problem == "not run"
    assert had(effects(post)).result.text == found.result.text
    assert post.sent == []


def test_two_loops_at_the_same_call_share_one_effect(post):
    async def both():
        made = effects(post)
        return await asyncio.gather(*(made.had("s1", 0, "send", '{"to": "Ada"}') for _ in range(5)))

    found = asyncio.run(both())
    assert post.sent == ["Ada"]
    assert sum(one.kept for one in found) == 4


def test_plain_tools_run_again_unless_told_otherwise(post):
    assert not had(effects(post), "look", "{}").kept
    assert not had(effects(post), "look", "{}").kept
    assert had(effects(post, results="kept"), "look", "{}").kept
    assert had(effects(post, results="recorded"), "look", "{}").kept


def test_a_recorded_loop_runs_nothing(post):
    with pytest.raises(InputError, match="no result of send"):
        had(effects(post, results="recorded"))
    assert post.sent == []


def test_what_does_not_fit_is_not_run_and_not_kept(post):
    assert had(effects(post), arguments='{"too": 1}').result.problem == "does not fit"
    assert had(effects(post, results="recorded"), arguments='{"too": 1}').result.problem == "does not fit"
