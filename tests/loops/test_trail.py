"""The way of a kept loop is read in one go, and is never trusted with more than where to look."""

from __future__ import annotations

import workbench as wb
from workbench.cache.kept import Cache, current
from workbench.cache.tool_results import ToolResults, tool_results

STEPS = 8


def dig(at: int) -> str:
    """Dig somewhere."""
    return f"stones at {at}"


def script(asked):
    done = len(asked.messages) // 2
    return {"tool_calls": [{"name": "dig", "arguments": {"at": done}}]} if done < STEPS - 1 else "stones"


def run(**options):
    return wb.loops.run("What lies there?", tools=[dig], model="scripted/spade", **options)


def looked_up(monkeypatch):
    keys = []
    before = Cache.alookup

    async def alookup(self, key):
        keys.append(key)
        return await before(self, key)

    monkeypatch.setattr(Cache, "alookup", alookup)
    return keys


def test_a_kept_loop_is_read_in_one_go(monkeypatch):
    with wb.testing.scripted(script):
        first = run()
        asked = looked_up(monkeypatch)
        again, recorded = run(), run(results="recorded")
    assert asked == []
    assert again.cached
    assert recorded.cached
    assert [call.kept for call in recorded.calls] == [True] * (STEPS - 1)
    assert again.answer == recorded.answer == first.answer


def test_what_was_deleted_is_bought_again_and_the_rest_is_found(monkeypatch):
    with wb.testing.scripted(script):
        first = run()
        wb.cache.delete(first.steps[4].reply.key)
        again = run()
    assert [step.reply.cached for step in again.steps] == [True] * 4 + [False] + [True] * 3


def test_a_loop_that_goes_another_way_looks_the_rest_up(monkeypatch):
    with wb.testing.scripted(script):
        first = run()
        asked = looked_up(monkeypatch)
        other = wb.loops.run("What lies there?", tools=[another_dig()], model="scripted/spade")
    assert [step.reply.cached for step in other.steps[:2]] == [True, False]
    assert len(asked) > 0
    assert first.steps[0].reply.key == other.steps[0].reply.key


def another_dig():
    def dig(at: int) -> str:
        """Dig somewhere."""
        return f"bones at {at}"

    return dig


def test_a_trail_that_is_wrong_costs_nothing_but_looking(monkeypatch):
    """It may name replies of others, or what was never there: a reply is taken by its own key alone."""
    with wb.testing.scripted(script):
        first, other = run(), wb.loops.run("And there?", tools=[dig], model="scripted/spade")
        keys = [step.reply.key for step in first.steps]
        name = f"{keys[0]}:trail:all:trained"
        results = tool_results(current())
        assert results.find(name)["steps"] == keys
        results._replace(name, {"steps": [other.steps[1].reply.key, "none", 7], "calls": []})
        asked = looked_up(monkeypatch)
        again = run()
    assert again.cached
    assert len(asked) == STEPS
    assert again.answer == first.answer


def test_a_shorter_loop_does_not_shorten_the_trail():
    with wb.testing.scripted(script):
        first = run()
        run(max_steps=3)
    kept = tool_results(current()).find(f"{first.steps[0].reply.key}:trail:all:trained")
    assert len(kept["steps"]) == STEPS


def test_what_plain_tools_return_again_is_not_written_again(monkeypatch):
    with wb.testing.scripted(script):
        run()
        written = []
        put_many = ToolResults.put_many

        async def noted(self, items):
            written.extend(key for key, _ in items)
            await put_many(self, items)

        monkeypatch.setattr(ToolResults, "put_many", noted)
        run()
        longer = wb.loops.run("What lies deeper?", tools=[dig], model="scripted/spade")
    assert len(written) == len(longer.calls)
