"""What another process buys at the moment holds up no other cell."""

import time
from concurrent.futures import ThreadPoolExecutor

import workbench as wb
from workbench.cache.claims import claim
from workbench.sweeps.grid import make_grid
from workbench.testing import scripted


def test_a_sweep_goes_on_with_cells_that_nobody_else_is_buying():
    questions = [f"What is {number}?" for number in range(12)]
    with scripted(lambda asked: "a number") as asker, ThreadPoolExecutor() as pool:
        held = [cell.key for cell in make_grid(questions, models="scripted/m").cells[:6]]
        claims = claim(wb.cache.current().folder)
        assert all(map(claims.try_acquire, held))
        sweep = pool.submit(wb.sweep, questions, models="scripted/m", concurrency=2)
        until = time.monotonic() + 60
        while len(asker.asked) < 6 and time.monotonic() < until:
            time.sleep(0.01)
        assert {asked.prompt for asked in asker.asked} == set(questions[6:])
        for key in held:
            claims.release(key)
        rows = sweep.result(60)
        assert rows["outcome"].eq("answered").all()
        assert len(asker.asked) == 12
