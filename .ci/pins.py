"""Pins: the versions that a clone installs, which are those that the tests passed with.

    python .ci/pins.py             renew them: `make pins`
    python .ci/pins.py newest DIR  install the newest versions instead, into a new environment: `make newest`

`constraints.txt` holds one `name==version` a line, with a marker where versions differ by Python or system, and no
address: whatever registry is set up on a machine serves them. pip reads the file (`-c constraints.txt`). uv reads the
same list from `pyproject.toml`, between two marks; what is needed to build the package stands there, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CONSTRAINTS = PROJECT / "constraints.txt"
PYPROJECT = PROJECT / "pyproject.toml"
START, END = "# Pins, made by `make pins`: change nothing between these two lines.\n", "# End of the pins.\n"
HEAD = "# Made by `make pins`: the versions that the tests passed with. For pip; uv reads the same in pyproject.toml.\n"
BEFORE = "\n[[tool.uv.dependency-metadata]]\n"
_FOUND = shutil.which(os.environ.get("UV", "")) or shutil.which("uv")
UV = str(Path(_FOUND).resolve() if _FOUND else PROJECT / ".uv" / "bin" / "uv")


def uv(*words: str, folder: Path = PROJECT) -> str:
    """What uv prints for these words. It is not told of an environment that happens to be active."""
    clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run([UV, *words], cwd=folder, env=clean, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    return done.stdout


def unpinned(text: str) -> str:
    """`pyproject.toml` without its pins.

    >>> unpinned("[a]\\n" + START + "b = 1\\n" + END)
    '[a]\\n'
    """
    before, _, rest = text.partition(START)
    return before + rest.partition(END)[2]


def newest() -> list[str]:
    """The newest versions of all that the project can need, for every Python and system that it runs on."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("README.md", "LICENSE"):
            shutil.copy(PROJECT / each, folder)
        (folder / "pyproject.toml").write_text(unpinned(PYPROJECT.read_text(encoding="utf-8")), encoding="utf-8")
        uv("lock", "--quiet", folder=folder)
        words = "export --frozen --no-hashes --no-header --no-annotate --no-emit-project --all-extras --all-groups"
        return pins_in(uv(*words.split(), folder=folder))


def newest_to_build() -> list[str]:
    """The newest versions of what builds the package."""
    wanted = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as name:
        asked = Path(name, "asked.in")
        asked.write_text("\n".join(wanted), encoding="utf-8")
        return pins_in(
            uv("pip", "compile", "--universal", "--no-header", "--no-annotate", str(asked), folder=asked.parent)
        )


def pins_in(text: str) -> list[str]:
    """The lines that pin a version: no options, no comments, no addresses.

    >>> pins_in("--index-url http://x\\nnumpy==2.4.6 ; python_full_version < '3.12'\\n# via x\\npandas==3.1.1\\n")
    ["numpy==2.4.6 ; python_full_version < '3.12'", 'pandas==3.1.1']
    """
    return re.findall(r"^[A-Za-z0-9][\w.-]*==\S+(?: ; .+)?$", text, flags=re.MULTILINE)


def section(pins: list[str], build_pins: list[str]) -> str:
    """The pins as uv reads them."""
    lists = {"constraint-dependencies": pins, "build-constraint-dependencies": build_pins}
    text = "".join(f"{name} = [\n" + "".join(f'    "{pin}",\n' for pin in each) + "]\n" for name, each in lists.items())
    return START + text + END


def renew() -> None:
    """Write the newest versions into both files; what was pinned before is shown where it differs."""
    pins, build_pins = newest(), newest_to_build()
    before = set(pins_in(CONSTRAINTS.read_text(encoding="utf-8"))) if CONSTRAINTS.exists() else set()
    pins.append(f"uv=={uv('--version').split()[1]}")
    CONSTRAINTS.write_text(HEAD + "\n".join(sorted(pins)) + "\n", encoding="ascii")
    text = unpinned(PYPROJECT.read_text(encoding="utf-8"))
    pinned = text.replace(BEFORE, section(sorted(pins), build_pins) + BEFORE, 1)
    PYPROJECT.write_text(pinned, encoding="utf-8")
    for sign, changed in (("-", before - {*pins}), ("+", {*pins} - before)):
        print("\n".join(f"{sign} {pin}" for pin in sorted(changed)))


def install_newest(folder: Path) -> None:
    """An environment of the newest versions, beside the one of the pins."""
    uv("venv", "--quiet", "--clear", str(folder))
    with tempfile.TemporaryDirectory() as name:
        asked = Path(name, "newest.txt")
        asked.write_text("\n".join(newest()), encoding="ascii")
        # The list is whole, and one package must come without what it says it needs: see pyproject.toml.
        words = ("pip", "install", "--quiet", "--no-config", "--no-deps", "--python", str(folder))
        uv(*words, "-r", str(asked), "-e", str(PROJECT))


if __name__ == "__main__":
    if sys.argv[1:2] == ["newest"]:
        install_newest(Path(sys.argv[2]).resolve())
    else:
        renew()
