"""Draw the house: `house.svg` and `house.md`, from the table of wings and the files' first sentences: `make house`.

A wing lies one floor above the highest that it stands on. Arrows that a longer way implies are left out. What spends
stands to the left, what reads to the right.
"""

from __future__ import annotations

import ast
import itertools
import sys
import textwrap
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "workbench"
sys.path.insert(0, str(HERE.parent / "tests" / "helpers"))

from house import CELLARS, READING, SPENDING, WINGS  # noqa: E402

BOX_WIDTH, LINE_HEIGHT, HEAD_HEIGHT = 232, 14, 36
GAP, FLOOR_GAP, MARGIN, WAY_WIDTH = 22, 46, 20, 14
LETTERS_A_LINE = 34
SWEEPS, PULL_TO_ITS_SIDE = 40, 0.18

Floors = list[list[str]]


class Arrow(NamedTuple):
    """A wing, one that it stands on, and the places between them where the line passes other floors."""

    above: str
    below: str
    ways: tuple[str, ...]


def below_of(wings: Mapping[str, str]) -> dict[str, set[str]]:
    return {name: set(below.split()) for name, below in wings.items()}


def floor_of(wings: Mapping[str, str]) -> dict[str, int]:
    """Each wing's floor: one above the highest of those that it stands on.

    >>> floor_of({"ground": "", "hall": "ground", "roof": "ground hall"})
    {'ground': 0, 'hall': 1, 'roof': 2}
    """
    floors: dict[str, int] = {}
    waiting = below_of(wings)
    while waiting:
        ready = [name for name, below in waiting.items() if below <= floors.keys()]
        if not ready:
            raise SystemExit(f"these wings stand on themselves, or on what is no wing: {', '.join(waiting)}")
        for name in ready:
            floors[name] = max((floors[other] + 1 for other in waiting.pop(name)), default=0)
    return floors


def arrows_of(wings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Which wing stands on which, without what a longer way implies.

    >>> arrows_of({"ground": "", "hall": "ground", "roof": "ground hall"})
    [('hall', 'ground'), ('roof', 'hall')]
    """
    below = below_of(wings)
    deep = {name: set(others) for name, others in below.items()}
    for name in sorted(wings, key=floor_of(wings).__getitem__):
        deep[name] |= set().union(*(deep[other] for other in below[name]))
    return [
        (name, other)
        for name, others in below.items()
        for other in sorted(others)
        if not any(other in deep[between] for between in others)
    ]


def side(name: str) -> int:
    """Where a wing belongs: left what spends, right what reads, and the others between them."""
    spending = {place.partition(".")[0] for place in SPENDING}
    return -1 if name in spending else 1 if name in READING else 0


def laid_out(wings: Mapping[str, str]) -> tuple[Floors, list[Arrow]]:
    """The order of each floor, with a narrow place wherever an arrow passes, so that few lines cross."""
    height = floor_of(wings)
    floors: Floors = [[] for _ in range(max(height.values()) + 1)]
    for name in sorted(wings, key=side):
        floors[height[name]].append(name)
    arrows = []
    for above, below in arrows_of(wings):
        ways = tuple(f"{above}>{below}@{floor}" for floor in range(height[above] - 1, height[below], -1))
        for way, floor in zip(ways, range(height[above] - 1, height[below], -1), strict=True):
            floors[floor].append(way)
        arrows.append(Arrow(above, below, ways))
    steps = [step for arrow in arrows for step in itertools.pairwise([arrow.above, *arrow.ways, arrow.below])]
    return untangled(floors, steps), arrows


def untangled(floors: Floors, steps: list[tuple[str, str]]) -> Floors:
    """The floors with their places in an order in which few lines cross: each moves towards those it is joined to."""
    joined: dict[str, list[str]] = {name: [] for names in floors for name in names}
    for above, below in steps:
        joined[above].append(below)
        joined[below].append(above)
    best = floors
    for turn in range(SWEEPS):
        upward = turn % 2 == 0
        floors = [list(names) for names in floors]
        for floor in range(1, len(floors)) if upward else range(len(floors) - 2, -1, -1):
            settled = shares(floors[floor - 1 if upward else floor + 1])
            wanted = shares(floors[floor])
            for name in floors[floor]:
                near = [settled[other] for other in joined[name] if other in settled]
                wanted[name] = (sum(near) / len(near) if near else wanted[name]) + PULL_TO_ITS_SIDE * side(name)
            floors[floor].sort(key=wanted.__getitem__)
        best = min(best, floors, key=lambda order: cost(order, steps))
    return best


def shares(names: list[str]) -> dict[str, float]:
    """Where each place of a floor lies, from 0 on the left to 1 on the right."""
    return {name: (number + 0.5) / len(names) for number, name in enumerate(names)}


def cost(floors: Floors, steps: Iterable[tuple[str, str]]) -> float:
    """How many lines cross, and a little for each wing on the wrong side of another."""
    place = {name: (floor, number) for floor, names in enumerate(floors) for number, name in enumerate(names)}
    lines = [(place[above], place[below]) for above, below in steps]
    crossings = sum(
        one[0][0] == other[0][0] and (one[0][1] - other[0][1]) * (one[1][1] - other[1][1]) < 0
        for one, other in itertools.combinations(lines, 2)
    )
    swapped = sum(
        side(left) > side(right)
        for names in floors
        for left, right in itertools.combinations([name for name in names if ">" not in name], 2)
    )
    return crossings + 2.5 * swapped


def first_sentence(path: Path) -> str:
    """The first sentence of a file's docstring, on one line."""
    source = path.read_text(encoding="utf-8")
    if source.startswith('"""'):
        source = source[: source.index('"""', 3) + 3]  # to parse all of 500 files takes seconds
    text = ast.get_docstring(ast.parse(source)) or ""
    return " ".join(text.partition("\n\n")[0].split())


def sentence_of(wing: str) -> str:
    place = PACKAGE.joinpath(*wing.split("."))
    return first_sentence(place / "__init__.py" if place.is_dir() else place.with_suffix(".py"))


STYLE = """
    svg { background: #ffffff; font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
    .page { fill: #ffffff; }
    .box { stroke-width: 1.2; }
    .spends { fill: #fdf1e3; stroke: #b86b13; }
    .reads { fill: #e6f1fb; stroke: #2a6fab; }
    .both { fill: #f3f3f1; stroke: #77756e; }
    .name { font-size: 15px; font-weight: 700; fill: #1d1d1b; }
    .words { font-size: 11.5px; fill: #33322e; }
    .line { fill: none; stroke: #8b8980; stroke-width: 1.3; }
    .head { fill: #8b8980; }
    @media (prefers-color-scheme: dark) {
      svg { background: #17181a; }
      .page { fill: #17181a; }
      .spends { fill: #38270f; stroke: #e0a050; }
      .reads { fill: #10293f; stroke: #6db3ee; }
      .both { fill: #2a2a28; stroke: #a19f96; }
      .name { fill: #f4f3ef; }
      .words { fill: #d8d6cf; }
      .line { stroke: #918f86; }
      .head { fill: #918f86; }
    }
"""


def colour_of(name: str) -> str:
    """The class of a wing's box: a wing of which only a cellar spends serves both sides."""
    return "spends" if name in SPENDING else "reads" if name in READING else "both"


def width_of(name: str) -> int:
    return WAY_WIDTH if ">" in name else BOX_WIDTH


def middles_of(floors: Floors, width: float) -> dict[str, float]:
    """The middle of each place: spread evenly over the width of the page."""
    middles = {}
    for names in floors:
        free = width - 2 * MARGIN - sum(map(width_of, names))
        gap = free / (len(names) + 1)
        left = MARGIN + gap
        for name in names:
            middles[name] = left + width_of(name) / 2
            left += width_of(name) + gap
    return middles


def picture(wings: Mapping[str, str], sentences: Mapping[str, str]) -> str:
    """The house as SVG, for white and for dark pages, with a sentence in each box."""
    floors, arrows = laid_out(wings)
    box_height = HEAD_HEIGHT + LINE_HEIGHT * max(len(lines_of(sentences[name])) for name in wings)
    width = 2 * MARGIN + max(sum(map(width_of, names)) + GAP * (len(names) + 1) for names in floors)
    height = 2 * MARGIN + len(floors) * box_height + (len(floors) - 1) * FLOOR_GAP + 26
    middles = middles_of(floors, width)
    top = {
        name: MARGIN + (len(floors) - 1 - floor) * (box_height + FLOOR_GAP)
        for floor, names in enumerate(floors)
        for name in names
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="title words">',
        '  <title id="title">The house: its wings, and which stands on which</title>',
        f'  <desc id="words">{escape("; ".join(f"{a} stands on {b}" for a, b in arrows_of(wings)))}</desc>',
        f"  <style>{STYLE}  </style>",
        '  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="head" d="M0 0 8 4 0 8Z"/></marker></defs>',
        f'  <rect class="page" width="{width:.0f}" height="{height:.0f}"/>',
    ]
    leaving = {
        name: sorted((a for a in arrows if a.above == name), key=lambda a: middles[[*a.ways, a.below][0]])
        for name in wings
    }
    coming = {
        name: sorted((a for a in arrows if a.below == name), key=lambda a: middles[[a.above, *a.ways][-1]])
        for name in wings
    }
    for arrow in arrows:
        start = spread(middles[arrow.above], leaving[arrow.above].index(arrow), len(leaving[arrow.above]))
        end = spread(middles[arrow.below], coming[arrow.below].index(arrow), len(coming[arrow.below]))
        path = f"M{start:.0f} {top[arrow.above] + box_height}"
        at = (start, top[arrow.above] + box_height)
        for x, y in [(middles[way], top[way]) for way in arrow.ways] + [(end, top[arrow.below])]:
            bend = (y - at[1]) / 2
            path += f" C{at[0]:.0f} {at[1] + bend:.0f} {x:.0f} {y - bend:.0f} {x:.0f} {y}"
            at = (x, y)
            if y != top[arrow.below]:
                at = (x, y + box_height)
                path += f" V{at[1]}"
        parts.append(f'  <path class="line" marker-end="url(#tip)" d="{path}"/>')
    for name in (name for names in reversed(floors) for name in names if ">" not in name):
        left, y = middles[name] - BOX_WIDTH / 2, top[name]
        parts.append(
            f'  <rect class="box {colour_of(name)}" x="{left:.0f}" y="{y}" width="{BOX_WIDTH}" '
            f'height="{box_height}" rx="7"/>'
        )
        parts.append(f'  <text class="name" x="{left + 10:.0f}" y="{y + 20}">{escape(name)}</text>')
        for number, line in enumerate(lines_of(sentences[name])):
            parts.append(
                f'  <text class="words" x="{left + 10:.0f}" y="{y + 37 + number * LINE_HEIGHT}">{escape(line)}</text>'
            )
    legend = "An arrow leads to what a wing stands on; those that a longer way implies are left out. "
    legend += "Orange spends, blue reads, grey serves both."
    parts.append(f'  <text class="words" x="{MARGIN}" y="{height - 14:.0f}">{legend}</text>')
    return "\n".join([*parts, "</svg>", ""])


def lines_of(sentence: str) -> list[str]:
    """A wing's sentence as the lines of its box."""
    return textwrap.wrap(sentence.replace("`", ""), LETTERS_A_LINE)


def spread(middle: float, number: int, count: int) -> float:
    """Where the `number`-th of `count` lines meets a box, so that none lies on another."""
    return middle + (number + 0.5 - count / 2) * min(40, (BOX_WIDTH - 40) / max(count, 1))


def rooms_of(folder: Path) -> list[str]:
    """A line for each room of a folder, and for each table of facts that lies beside them."""
    rooms = [path for path in folder.iterdir() if path.suffix in {".py", ".toml"} and path.name[0] not in "._"]
    return [f"| `{path.relative_to(PACKAGE)}` | {cell(sentence_of_file(path))} |" for path in sorted(rooms)]


def sentence_of_file(path: Path) -> str:
    if path.suffix == ".py":
        return first_sentence(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    head = itertools.takewhile(
        lambda line: line.startswith("# "), lines
    )  # up to a blank line, or one that is no comment
    return " ".join(line.removeprefix("# ").strip() for line in head)


def listing(wings: Mapping[str, str]) -> str:
    """Where things are: the picture in words, then each wing with its rooms and what each does."""
    height = floor_of(wings)
    order = sorted(wings, key=lambda name: (-height[name], side(name), name))
    lines = [
        "<!-- Made by `make house` from the table of wings and the first sentences of the files. Change those. -->",
        "",
        "# Where things are",
        "",
        "The package is a house in wings: a folder is a wing, a file is a room, and a wing imports only from wings",
        "below it. What spends money (left) and what reads results (right) meet in the table of rows; nothing that",
        "reads can reach a model. A folder inside a wing is a cellar, which its own wing alone uses.",
        "",
        "![The wings of the house, each with its sentence, and which stands on which](house.svg)",
        "",
        "## The wings",
        "",
        "| wing | what it is | stands on |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{name}](#{name}) | {sentence_of(name)} | {', '.join(wings[name].split()) or '–'} |" for name in order
    ]
    lines += ["", "## The rooms", ""]
    lines += [
        "`workbench/__init__.py` is the face: [the names on `wb`](names.md), each loaded from its room on first use."
    ]
    lines += ["What is tested lies in `tests/WING/test_ROOM.py`, and what crosses wings in `tests/whole/`.", ""]
    for name in order:
        place = PACKAGE / name
        lines += [f"### {name}", "", sentence_of(name), ""]
        if not place.is_dir():
            continue
        lines += ["| room | what it does |", "|---|---|"]
        lines += rooms_of(place)
        for cellar in sorted(other for other in CELLARS if other.startswith(f"{name}.")):
            folder = PACKAGE.joinpath(*cellar.split("."))
            lines.append(f"| **`{folder.relative_to(PACKAGE)}/`** | **{cell(sentence_of(cellar))}** |")
            lines += rooms_of(folder)
        lines.append("")
    return "\n".join(lines)


def cell(text: str) -> str:
    """A sentence as the cell of a Markdown table."""
    return text.replace("|", "\\|")


def pages() -> dict[Path, str]:
    """What this program writes: the text of each file."""
    drawn = picture(WINGS, {name: sentence_of(name) for name in WINGS})
    return {HERE / "house.svg": drawn, HERE / "house.md": listing(WINGS)}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
