"""What makes a run fail on the command line: nothing answered, too many calls failed, too little right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

NOT_DECISIVE: Final = 3
"""The exit status of a comparison that could not tell."""


class Share(click.ParamType[float | int]):
    """A share of a whole, as 0.8, 80% or "80 %"; with `counts`, a whole number from 1 on is a number of calls."""

    name = "SHARE"

    def __init__(self, *, counts: bool = False) -> None:
        self._counts = counts
        self.name = "N|SHARE" if counts else "SHARE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | int:
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]  # a default, which is none
        text = value.strip()
        try:
            number = float(text.removesuffix("%").strip()) / (100 if text.endswith("%") else 1)
        except ValueError:
            number = -1.0
        if self._counts and text.isdigit():
            return int(text)
        if not 0 <= number <= 1:
            kinds = "calls such as 5, or a share such as 5%" if self._counts else "a share such as 0.8 or 80%"
            self.fail(f"{value!r} does not fit; give {kinds}")
        return number


fail_under_option = click.option(
    "--fail-under", type=Share(), help="Exit 1 where a configuration has less than this share right: 0.8 or 80%."
)
max_failed_option = click.option(
    "--max-failed",
    type=Share(counts=True),
    help="Exit 1 where more calls failed: a number, or a share such as 5%. Without it: half, or all of one model.",
)


def faults(rows: pd.DataFrame, *, fail_under: float | None = None, max_failed: float | None = None) -> list[str]:
    """What must make a run fail, each in a sentence; empty where it is as good as was asked for."""
    from workbench.analysis.summaries import summary
    from workbench.rows.failures import failed, first_reason, nothing_answered
    from workbench.show import figures

    nothing = nothing_answered(rows)
    if nothing is not None:
        return [nothing]
    found, count = [], failed(rows)
    if max_failed is None:
        found += _outages(rows, count)
    else:
        most = max_failed if isinstance(max_failed, int) else max_failed * len(rows)
        if count > most:
            allowed = f"{max_failed:,}" if isinstance(max_failed, int) else figures.percent(max_failed)
            found.append(
                f"{count:,} of {len(rows):,} calls failed, more than --max-failed {allowed}; {first_reason(rows)}"
            )
    if fail_under is not None:
        table = summary(rows)
        if not table["accuracy"].notna().any():
            raise InputError("--fail-under: no reply could be marked, so nothing is known to be right; give targets")
        for line in table[(table["accuracy"] < fail_under).fillna(False)].to_dict("records"):
            name = ", ".join(str(line[column]) for column in ("model", "prompt") if column in line)
            share = figures.bracketed(line, "accuracy", figures.percent)
            found.append(f"{name}: {share} right, less than --fail-under {figures.percent(fail_under)}")
    return found


def _outages(rows: pd.DataFrame, count: int) -> list[str]:
    """What nobody means to pass, where no other limit is given: a model that answered nothing, or half of the calls."""
    from workbench.rows.failures import first_reason, nothing_answered

    by_model = [part for _, part in rows.groupby("model", sort=False)] if "model" in rows else []
    found = [f"{part['model'].iloc[0]}: {reason}" for part in by_model if (reason := nothing_answered(part))]
    if not found and count and 2 * count >= len(rows):
        found = [f"{count:,} of {len(rows):,} calls failed; {first_reason(rows)}"]
    return [f"{sentence} (--max-failed 100% lets that pass)" for sentence in found]


def faults_of(rows: pd.DataFrame | None, *, fail_under: float | None, max_failed: float | None) -> list[str]:
    """The faults of what a report shows; it is one that it shows no rows, where something was asked of them."""
    if rows is None:
        return ["the report shows no rows, so that nothing is known of --fail-under and --max-failed"]
    return faults(rows, fail_under=fail_under, max_failed=max_failed)


def end(found: list[str]) -> None:
    """Say what made the run fail, if anything did, and end with exit status 1."""
    for sentence in found:
        print(f"workbench: {sentence}", file=sys.stderr)
    if found:
        sys.exit(1)
