"""Write the lists that are made from the code: the names on `wb`, and the table of notebooks: `make house`.

`names.md` beside this file is written whole. In the README and in the first notebook only what stands between two marks
is written anew: `<!-- NAME -->` and `<!-- /NAME -->`.
"""

from __future__ import annotations

import inspect
import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any

import workbench as wb

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"
NOTEBOOKS = HERE.parent / "notebooks"
FIRST = NOTEBOOKS / "00-start-here.ipynb"


def sentence_of(name: str) -> str:
    """What a name on `wb` is, in the first sentence of its docstring."""
    text = " ".join((inspect.getdoc(getattr(wb, name)) or "").partition("\n\n")[0].split())
    return re.split(r"(?<=[.?!])\s+(?=[A-Z`])", text, maxsplit=1)[0]


def home_of(name: str) -> str:
    """The wing that a name comes from."""
    value = getattr(wb, name)
    module = value.__name__ if inspect.ismodule(value) else value.__module__
    return str(module).split(".")[1]


def by_wing() -> dict[str, list[str]]:
    """The names on `wb`, under the wing that each comes from."""
    ordered = sorted(wb.__all__, key=lambda name: (home_of(name), name))
    return {wing: list(names) for wing, names in groupby(ordered, key=home_of)}


def names_page() -> str:
    """`names.md`: every name with its sentence."""
    lines = [
        "<!-- Made by `make house` from the docstrings. Change those. -->",
        "",
        "# The names on `wb`",
        "",
        "`import workbench as wb` brings these, each loaded on first use. `help(wb.NAME)` says the rest.",
        "",
        "| name | what it is | wing |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {sentence_of(name)} | [{home_of(name)}](house.md#{home_of(name)}) |" for name in wb.__all__
    ]
    return "\n".join([*lines, ""])


def names_in_short() -> str:
    """The names for the README: a line for each wing."""
    lines = [f"- {wing}: {', '.join(f'`{name}`' for name in names)}" for wing, names in by_wing().items()]
    return "\n".join(lines)


def titles() -> dict[str, str]:
    """Each notebook's question, which is its title."""
    found = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        found[path.stem] = "".join(first).splitlines()[0].removeprefix("# ")
    return found


def table_of_notebooks(folder: str, *, without: str = "") -> str:
    """The notebooks by their question, as links from a page beside `folder`."""
    lines = [f"| [{name}]({folder}{name}.ipynb) | {title} |" for name, title in titles().items() if name != without]
    return "\n".join(["| notebook | question |", "|---|---|", *lines])


def between_marks(text: str, name: str, made: str) -> str:
    """A page with what stands between two marks written anew.

    >>> between_marks("a <!-- list -->old<!-- /list --> z", "list", "new")
    'a <!-- list -->\\nnew\\n<!-- /list --> z'
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = text.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"there is no {start} … {end} to write between")
    return f"{before}{start}\n{made}\n{end}{after}"


def readme() -> str:
    text = between_marks(README.read_text(encoding="utf-8"), "notebooks", table_of_notebooks("notebooks/"))
    return between_marks(text, "names", names_in_short())


def first_notebook() -> str:
    """The first notebook with its table of the others; every other byte as it is."""
    notebook: dict[str, Any] = json.loads(FIRST.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if "<!-- notebooks -->" in source:
            made = between_marks(source, "notebooks", table_of_notebooks("", without=FIRST.stem))
            cell["source"] = made.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def pages() -> dict[Path, str]:
    """What this program writes: the text of each file."""
    return {HERE / "names.md": names_page(), README: readme(), FIRST: first_notebook()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
