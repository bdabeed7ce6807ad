"""Whether results still hold: `watch` asks models again, `report --stale` looks at the calendar."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("rows")
@click.option("--max-usd", type=float, help="Ask again, for no more than this; without it only the plan is shown.")
@click.option("--model", "-m", "models", multiple=True, help="Only this model; may be given several times.")
@click.option("--draws", type=int, default=24, show_default=True, help="New replies of each model at the most.")
@click.option("--canaries", type=int, default=8, show_default=True, help="Questions of each model to ask again.")
@click.option("--timeout", type=float, help="Seconds for each call.")
def watch(
    rows: str, max_usd: float | None, models: tuple[str, ...], draws: int, canaries: int, timeout: float | None
) -> None:
    """Tell whether the models of some rows, a file of them or a run by its name, are still the ones that answered.

    A few of their questions are asked again, on consent (--max-usd). Exit status 1 when one has changed.
    """
    from workbench.rows.files import read_rows
    from workbench.sweeps.watching import Watch
    from workbench.sweeps.watching import watch as run

    found = run(
        read_rows(Path(rows)) if Path(rows).is_file() or Path(rows).suffix else rows,
        max_usd=max_usd,
        models=models or None,
        draws=draws,
        canaries=canaries,
        timeout=timeout,
    )
    print(found)
    if isinstance(found, Watch) and found.changed:
        sys.exit(1)


def tell_shelf_life(path: Path) -> int:
    """Print how long a report or a file of rows holds; 1 when that time is over."""
    from workbench.providers import facts
    from workbench.providers.shelf_life import is_page, shelf_life, shelf_life_of_page, told
    from workbench.rows.files import read_rows
    from workbench.show.markdown import visible

    if is_page(path):
        day, what = shelf_life_of_page(path)
    else:
        found = shelf_life(read_rows(path))
        day, what = found.day, found.what
    over = day is not None and day <= facts.today()
    print(
        f"{path}: {told(day, visible(what))}" + ("; `workbench models` lists what can be asked today" if over else "")
    )
    return int(over)
