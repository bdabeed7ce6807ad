"""The commands that look after a team's store: `workbench store …`."""

from __future__ import annotations

from collections.abc import Sequence

import click

_NAMED = 10
"""Refused replies that are named one by one."""


@click.group()
def store() -> None:
    """Look after the store of a team, which WORKBENCH_STORE names."""


@store.command("status")
@click.option("--settle", is_flag=True, help="Watch for a while, and book what members set aside who are gone.")
def store_status(settle: bool) -> None:
    """Tell what is where, how much, how old, who is there, and what was spent; exit status 1 if a place is away."""
    from workbench.cache import sharing
    from workbench.errors import StoreError

    found = sharing.status(settle=settle)
    print(found)
    away = [place.shown for place in found.places if place.replies is None]
    if away:
        raise StoreError(
            f"{' and '.join(away)} cannot be asked now; see that it runs, and that WORKBENCH_STORE names it"
        )


@store.command("sync")
@click.option("--fetch", is_flag=True, help="Keep here, too, all that the team has.")
def store_sync(fetch: bool) -> None:
    """Hand over to the team what is kept here and missing there."""
    from workbench.cache import sharing

    here, handed_over = sharing.sync()
    print(f"{handed_over:,} of the {here:,} replies here were missing at the team's store, and are there now")
    if fetch:
        there, new = sharing.fetch()
        print(f"{new:,} of the {there:,} replies there are new here, and kept now")


@store.command("verify")
@click.option("--remove", is_flag=True, help="Drop what is no reply, so that it can be kept anew.")
def store_verify(remove: bool) -> None:
    """Open every reply of the team's store and name those that are damaged or forged; exit status 1 if any stay."""
    from workbench.cache import sharing
    from workbench.errors import StoreCorrupt

    found = sharing.verify(remove=remove)
    print(found)
    if len(found.refused) > found.removed:
        raise StoreCorrupt(
            "not all that the team's store holds can be believed; --remove drops what cannot, but never what is signed "
            "while nothing there bears the signature of WORKBENCH_STORE_SECRET"
        )


@store.command("copy")
@click.argument("source")
@click.argument("target")
def store_copy(source: str, target: str) -> None:
    """Copy all replies of one address to another, each checked on the way; exit status 1 if any is refused."""
    from workbench.cache import sharing

    _tell(sharing.copy(source, target), sharing.shown(target))


@store.command("join")
@click.argument("source")
def store_join(source: str) -> None:
    """Copy what another team's store holds into the one in use."""
    from workbench.cache import sharing

    _tell(sharing.join(source), "the store in use")


@store.command("limit")
@click.option("--usd", type=float, help="Dollars in all; inf lifts it.")
@click.option("--usd-per-day", type=float, help="Dollars a day (UTC); inf lifts it.")
@click.option("--project", help="For this project alone: the name of its folder.")
def store_limit(usd: float | None, usd_per_day: float | None, project: str | None) -> None:
    """Limit what all machines of the team spend together."""
    from workbench.cache import sharing

    sharing.limit(usd=usd, usd_per_day=usd_per_day, project=project)
    print(sharing.status())


@store.command("pace")
@click.argument("name")
@click.argument("per_second", type=float, required=False)
@click.option("--burst", type=int, default=1, show_default=True, help="Calls that may go at once after a pause.")
def store_pace(name: str, per_second: float | None, burst: int) -> None:
    """Keep all machines together to so many calls a second to a provider's key, such as openai/OPENAI_API_KEY.

    Without a number, lift it.
    """
    from workbench.cache import sharing

    sharing.pace(name, per_second, burst)
    print(sharing.status())


def _tell(found: tuple[int, int, Sequence[str]], where: str) -> None:
    from workbench.errors import StoreCorrupt

    count, there, refused = found
    for why in refused[:_NAMED]:
        click.echo(f"workbench: warning: {why}; it was not copied", err=True)
    print(f"{there:,} of {count:,} replies are in {where} now")
    if refused:
        raise StoreCorrupt(f"{len(refused):,} replies were refused, and not copied; the first are named above")
