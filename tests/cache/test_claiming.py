"""Calls claim their keys on the store's thread: one holds a key, in order, and none is held by who does not wait."""

import asyncio

import pytest

from workbench.base import engine
from workbench.cache.claiming import Claiming
from workbench.cache.claims import claim
from workbench.cache.ledger_file import Ledger
from workbench.cache.store.store import open_store
from workbench.errors import StoreError


@pytest.fixture
def claiming(tmp_path):
    with open_store(tmp_path / "store") as store:
        yield Claiming(tmp_path, lambda: store, Ledger(tmp_path))


def test_one_holds_a_key_and_sees_what_was_kept_before_it(claiming):
    async def calls():
        first = await claiming.claim("a" * 64, looks=True)
        assert await first.look is None
        assert await claiming.claim("a" * 64, looks=True) is None
        assert (await claiming.claim("b" * 64, looks=False)).look is None
        await claiming._store().aput_new("a" * 64, b"kept")
        claiming.let_go(first)
        second = await claiming.claim("a" * 64, looks=True)
        assert await second.look == b"kept"

    engine.run(calls())


def test_what_is_let_go_can_be_claimed_in_the_same_go(claiming):
    async def calls():
        held = await claiming.claim("a" * 64, looks=False)
        other = asyncio.ensure_future(claiming.claim("b" * 64, looks=False))  # a claim lines up ahead of both
        await asyncio.sleep(0)
        claiming.let_go(held)
        assert await claiming.claim("a" * 64, looks=False) is not None
        assert await other is not None

    engine.run(calls())


def test_a_claim_that_nobody_waits_for_any_more_is_let_go(claiming, tmp_path):
    async def calls():
        task = asyncio.ensure_future(claiming.claim("a" * 64, looks=True))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await claiming.claim("b" * 64, looks=False)

    engine.run(calls())
    claiming._store().get("wait for the store's thread")
    assert claim(tmp_path).try_acquire("a" * 64)


def test_after_the_store_is_closed_a_key_is_let_go_all_the_same(claiming, tmp_path):
    async def calls():
        held = await claiming.claim("a" * 64, looks=False)
        claiming._store().close()
        claiming.let_go(held)

    engine.run(calls())
    assert claim(tmp_path).try_acquire("a" * 64)


def test_nothing_is_claimed_where_it_could_not_be_booked(claiming, tmp_path):
    (tmp_path / "ledger.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")

    async def calls():
        for _ in range(2):  # what is known of the first refusal lets no second call through
            with pytest.raises(StoreError, match="so the ledger cannot be written"):
                await claiming.claim("a" * 64, looks=False)
        (tmp_path / "ledger.jsonl").unlink()
        assert await claiming.claim("a" * 64, looks=False) is not None

    engine.run(calls())
