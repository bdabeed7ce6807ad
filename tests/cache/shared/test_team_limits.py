"""Money and pace of a team: never more than its limits, whoever dies, whatever a clock says."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from servers import Server, redis_program

import workbench as wb
from workbench.base.patience import Patience
from workbench.cache.shared import link, team_limits
from workbench.cache.shared import member as member_room
from workbench.cache.shared.scripts import BURY, CLAIM, RESERVE, RESTATE, SETTLE
from workbench.cache.shared.team import open_team
from workbench.cache.shared.team_limits import run_of
from workbench.errors import BudgetExceeded

RUN = ("night-1", 1.00)


@pytest.fixture
def member(server, machine, team_at):
    team_at(server.url)
    return machine("one").team


def reserve(team, usd, *, run=RUN, seconds=0.1):
    return asyncio.run(team.sums.reserve(usd, "/home/ada/sheep", run, Patience(seconds)))


def books(team, name="run.night-1"):
    sums = wb.cache.sharing.status().sums.get(name, {})
    return {part: round(sums.get(part, 0.0), 6) for part in ("spent", "unknown", "reserved")}


def settled(team):
    """Wait until all that was told has arrived: one connection, in order."""
    team.link.send("PING").result()


def test_what_is_spent_unknown_and_set_aside_never_pass_the_cap_together(member):
    held = [reserve(member, 0.25) for _ in range(4)]
    with pytest.raises(BudgetExceeded, match=r"other calls hold what the limit of .1.00 for the run night-1 leaves"):
        reserve(member, 0.25)
    member.sums.settle(held[0], 0.05)
    member.sums.settle(held[1], None)
    member.sums.settle(held[2], 0.0)
    settled(member)
    assert books(member) == {"spent": 0.05, "unknown": 0.25, "reserved": 0.25}
    assert books(member, "project.sheep") == books(member)
    member.sums.settle(held[3], 0.25)
    reserve(member, 0.45)
    with pytest.raises(BudgetExceeded, match=r"could cost up to .0.5000, and .0.5500 is spent on all machines"):
        reserve(member, 0.50)


def test_what_the_dead_had_set_aside_is_booked_at_its_worst_and_corrected_by_a_late_settling(member, machine):
    held = reserve(member, 0.30)
    session = member.member.session
    assert member.link.script(BURY, session, "99").result() == -1  # it was heard meanwhile
    assert member.link.script(BURY, session, "").result() == 1
    assert books(member) == {"spent": 0.0, "unknown": 0.3, "reserved": 0.0}
    with pytest.raises(BudgetExceeded):
        reserve(member, 0.80)
    member.sums.settle(held, 0.12)
    settled(member)
    assert books(member) == {"spent": 0.12, "unknown": 0.0, "reserved": 0.0}


def test_a_call_that_costs_nothing_is_settled_and_does_not_keep_the_dead_alive(member):
    """The amount that is given back is then -0, which no server takes for a number."""
    first, second = reserve(member, 0.0), reserve(member, 0.0)
    member.sums.settle(first, 0.01)  # what the provider says itself that it cost
    member.sums.settle(first, 0.01)
    settled(member)
    assert books(member) == {"spent": 0.01, "unknown": 0.0, "reserved": 0.0}
    assert member.link.script(BURY, member.member.session, "").result() == 1
    member.sums.settle(second, None)
    settled(member)
    assert books(member) == {"spent": 0.01, "unknown": 0.0, "reserved": 0.0}


def test_a_script_that_is_sent_twice_counts_once(member):
    session, memory = member.member.session, member.member.memory
    asked = (RESERVE, session, "call-1", "1000", memory, "sheep", "20000", "twice", "5000")
    first, second = (member.link.script(*asked).result() for _ in range(2))
    assert first == second
    assert first[0] == 1
    assert [member.link.script(SETTLE, session, "call-1", "700").result() for _ in range(2)] == [1, 0]
    money = member.link.send("HGETALL", "workbench:m:run.twice").result()
    assert {name: int(value) for name, value in dict(money).items()} == {b"reserved": 0, b"spent": 700}


def test_what_a_killed_server_lost_is_told_to_it_again(member):
    member.sums.settle(reserve(member, 0.30), 0.20)
    member.sums.settle(reserve(member, 0.30), 0.10)
    settled(member)
    client_spent = "workbench:m:run.night-1"
    assert member.link.send("HGET", client_spent, "spent").result() == b"300000000"
    # As after a restart that lost the last of both: it is gone from the sum, and from what this member has spent.
    member.link.send("HSET", client_spent, "spent", 200_000_000).result()
    member.link.send("HSET", f"workbench:t:{member.member.session}", "run.night-1", 200_000_000).result()
    for _ in range(2):
        member.sums.restate()
        assert books(member)["spent"] == 0.3
    assert member.link.script(RESTATE, "nobody").result() == 0


def test_the_team_s_limits_hold_for_everyone_at_once(member, machine):
    wb.cache.sharing.limit(usd=0.50, usd_per_day=0.40, project=None)
    other = machine("two").team
    member.sums.settle(reserve(member, 0.30, run=None), 0.30)
    settled(member)
    with pytest.raises(BudgetExceeded, match=r"limit of .0.40 a day for the team"):
        reserve(other, 0.15, run=None)
    wb.cache.sharing.limit(usd_per_day=float("inf"))
    assert reserve(other, 0.15, run=None) is not None
    wb.cache.sharing.limit(usd=0.0, project="/elsewhere/sheep")
    with pytest.raises(BudgetExceeded, match="for the project sheep"):
        reserve(member, 0.01, run=None)


def test_a_process_that_begins_while_the_server_is_away_knows_what_its_machine_was_told(tmp_path, machine, monkeypatch):
    monkeypatch.setattr(link, "PAUSES_SECONDS", ())
    server = Server(redis_program(), tmp_path / "server")
    try:
        monkeypatch.setenv("WORKBENCH_STORE", server.url)
        cache = machine("one")
        wb.cache.sharing.limit(usd=5)
        server.kill()
        with pytest.warns(wb.errors.WorkbenchWarning, match="does not answer"):
            begun = open_team(cache.folder, cache._line_kept)
        assert begun.sums.is_limited
        with pytest.raises(BudgetExceeded, match="does not answer"):
            reserve(begun, 0.01, run=None)
        server.start()
        for team in (cache.team, begun):
            team.link.heard_of()
        wb.cache.sharing.limit(usd=float("inf"))
        begun.member.beat()
        assert not begun.sums.is_limited
        begun.member._note.write_text("[")
        assert member_room._noted(begun.member._note) == {}
        begun.close()
    finally:
        server.close()


def test_a_day_on_which_clocks_do_not_agree_counts_as_both(member, monkeypatch):
    wb.cache.sharing.limit(usd_per_day=0.40)
    member.sums.settle(reserve(member, 0.30, run=None), 0.30)
    settled(member)
    now = time.time()
    monkeypatch.setattr(team_limits, "time", SimpleNamespace(time=lambda: now + 86_400, monotonic=time.monotonic))
    with pytest.raises(BudgetExceeded, match="a day"):
        reserve(member, 0.15, run=None)


def test_no_clock_frees_a_claim_a_member_or_a_sum(member):
    """What has no time to live is not freed by a clock that jumps, and not held by one either."""
    reserve(member, 0.30)
    member.link.script(CLAIM, "ab" * 32, member.member.session, "attempt").result()
    names = member.link.send("KEYS", "workbench:*").result()
    assert {member.link.send("TTL", name).result() for name in names} == {-1}


def test_a_server_that_forgot_keeps_no_sum(member):
    reserve(member, 0.30)
    member.link.send("FLUSHALL").result()
    with pytest.raises(BudgetExceeded, match="has lost its books"):
        reserve(member, 0.30)


def test_machines_take_turns_at_one_pace(member, machine, monkeypatch):
    monkeypatch.setattr(team_limits, "_HORIZON_SECONDS", 200)
    wb.cache.sharing.pace("fake/FAKE_API_KEY", 40, burst=2)
    teams = [member, machine("two").team]

    waits = []

    async def sleep(seconds):
        waits.append(seconds)
        await asyncio.sleep(seconds)

    monkeypatch.setattr(team_limits, "asyncio", SimpleNamespace(wrap_future=asyncio.wrap_future, sleep=sleep))

    async def turns():
        started = time.monotonic()
        await asyncio.gather(*(team.sums.turn("fake/FAKE_API_KEY", Patience(60)) for team in teams for _ in range(6)))
        return time.monotonic() - started

    assert asyncio.run(turns()) > 0.24
    assert max(waits) < 0.26  # ten turns after the first two, and none of them lost
    member.link.send("SET", "workbench:tat:fake/FAKE_API_KEY", int((time.time() + 100) * 1e6)).result()
    with pytest.raises(wb.errors.NotSent, match="kept to 40 calls a second"):
        asyncio.run(member.sums.turn("fake/FAKE_API_KEY", Patience(0.5)))
    # A mark that another clock left a day ahead holds nobody up.
    member.link.send("SET", "workbench:tat:fake/FAKE_API_KEY", int((time.time() + 86_400) * 1e6)).result()
    asyncio.run(member.sums.turn("fake/FAKE_API_KEY", Patience(0.5)))


def test_a_sum_around_a_block_is_the_block_s_alone(member):
    from workbench.cache.shared.team_limits import shared_run

    with run_of("chunk of run 7", 0.5):
        assert shared_run(None) == ("chunk-of-run-7", 0.5)
    assert shared_run(3.0) is None
