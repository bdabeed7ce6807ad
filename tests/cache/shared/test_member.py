"""Members of a team: claims that one holds, and who notices that it is gone."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.base.patience import Patience
from workbench.cache.claims import HeldElsewhere
from workbench.cache.shared import member
from workbench.cache.shared.member import Watch
from workbench.cache.shared.scripts import BURY, CLAIM
from workbench.errors import NotSent

KEY = "ab" * 32


def test_whoever_is_silent_for_a_lease_is_found_by_the_watcher_s_own_clock():
    watch = Watch(10)
    looks = [(now, {"quick": now, "dead": 7}) for now in range(0, 24, 2)]
    found = [watch.silent(counts, now) for now, counts in looks]
    assert found[:6] == [[]] * 6
    assert found[6] == [("dead", 7)]


def test_a_watcher_that_slept_judges_nobody():
    watch = Watch(10)
    assert watch.silent({"other": 1}, 0) == []
    assert watch.silent({"other": 1}, 500) == []  # the lid of the laptop was closed
    assert [watch.silent({"other": 1}, 500 + late) for late in (4, 8)] == [[], []]
    assert watch.silent({"other": 1}, 511) == [("other", 1)]


@given(st.lists(st.tuples(st.floats(0.01, 4.9), st.booleans()), max_size=40))
def test_who_beats_within_every_lease_is_never_buried(steps):
    watch, now, count, last = Watch(10), 0.0, 0, 0.0
    for seconds, beats in steps:
        now += seconds
        if beats or now + 4.9 - last > 10:
            count, last = count + 1, now
        assert watch.silent({"other": count}, now) == []


def claimed(team, seconds=0.05):
    """Hold the claim beyond the end of the loop; whoever gets it lets it go."""
    asyncio.run(team._claim(KEY, Patience(seconds)))


def let_go(team):
    team._let_go(KEY, team._held.pop(KEY))
    team.link.send("PING").result()


def test_one_machine_buys_and_the_other_waits(server, machine, team_at):
    team_at(server.url)
    one, two = machine("one").team, machine("two").team
    claimed(one)
    with pytest.raises(NotSent, match="another machine"):
        claimed(two)
    with pytest.raises(HeldElsewhere):  # whoever has something else to do
        asyncio.run(two._claim(KEY, Patience(60), waits=False))
    let_go(one)
    claimed(two)


def test_a_claim_passes_on_when_its_holder_is_buried_and_no_sooner(server, machine, team_at):
    team_at(server.url)
    one, two = machine("one").team, machine("two").team
    claimed(one)
    first = one.link.script(CLAIM, KEY, one.member.session, "somebody").result()
    assert first[0] == 0
    two.link.script(BURY, one.member.session, "").result()
    claimed(two)
    tokens = server.client().get(f"workbench:c:{KEY}").split(b"|")
    assert (tokens[0], tokens[1].decode()) == (b"2", two.member.session)
    # Whoever was buried comes back under another name, and its reply, if it comes, is kept all the same.
    before = one.member.session
    one.member.beat()
    assert one.member.session != before
    let_go(one)
    assert server.client().get(f"workbench:c:{KEY}") is not None


def test_a_claim_asked_for_twice_by_the_same_is_the_same_claim(server, machine, team_at):
    team_at(server.url)
    team = machine("one").team
    asked = (CLAIM, KEY, team.member.session, "attempt-1")
    assert team.link.script(*asked).result() == team.link.script(*asked).result() == [1, 0, b""]


def test_the_silent_are_buried_by_whoever_watches(redis, machine, team_at, monkeypatch):
    team_at(redis.url + "?lease=1")
    one, two = machine("one").team, machine("two").team
    one.member._stop.set()  # as if killed: it beats no more
    two.member._stop.set()
    session, now = one.member.session, [time.monotonic()]
    monkeypatch.setattr(member, "time", SimpleNamespace(monotonic=lambda: now[0]))
    for _ in range(6):
        two.member.beat()
        now[0] += 0.3
    assert session.encode() not in redis.client().hgetall("workbench:sessions")
