"""The command that confirms a settings file: it may send a known provider's key to another host."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.errors import InputError


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--withdraw", is_flag=True, help="Take the confirmation back.")
def trust(path: Path | None, withdraw: bool) -> None:
    """Let a workbench.toml send a known provider's key to another host, as long as the file stays as it is now.

    What it would send where is printed. The confirmation is kept in your own configuration folder, with the hash of
    the file; where the file changes, it is asked for again.
    """
    from workbench.base.files import settings_file
    from workbench.providers import confirmed
    from workbench.providers.facts import sent_elsewhere

    found = path or settings_file()
    if found is None:
        raise InputError("there is no workbench.toml here or above; name the file")
    if withdraw:
        print(f"{found}: {'withdrawn' if confirmed.withdraw(found) else 'it was not confirmed'}")
        return
    elsewhere = sent_elsewhere(found)
    confirmed.confirm(found)
    for line in elsewhere or ["no known provider's key goes to another host"]:
        print(line)
    print(f"confirmed: {found}, as it is now; the note of it is in {confirmed.list_of_confirmed()}")
