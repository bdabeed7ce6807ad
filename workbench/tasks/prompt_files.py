"""Prompt files: a text file is the user's part, a TOML file has `system`, `user` and `[[examples]]`.

`NAME.md`, `NAME.txt` and `NAME.jinja` hold the template of the user's message; the one line break that editors put at
the end of a file is not part of it. `NAME.toml` may hold all parts, and a `name` where the file could not be named so.
A configuration of promptfoo (`.yaml`) gives the prompts that it lists.
"""

from __future__ import annotations

import hashlib
import stat
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import draft_of
from workbench.errors import InputError

TEXT_SUFFIXES: Final = (".md", ".txt", ".jinja")
SUFFIXES: Final = (*TEXT_SUFFIXES, ".toml")

_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_ESCAPED: Final = re.compile(r'[\\"\x00-\x08\x0b-\x1f\x7f]')
_ESCAPED_LINES: Final = re.compile(r'\\|"(?="|\Z)|[\x00-\x08\x0b-\x1f\x7f]')


def read_prompt_files(path: Path) -> dict[str, Mapping[str, Any]]:
    """Read the parts of the prompts in a file, or in all prompt files of a folder, by name.

    In a folder, README and hidden files and files of other kinds are passed over; subfolders are not read.
    """
    path = path.expanduser()
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if _is_prompt_file(file)]
        if not files:
            raise InputError(f"No prompt files in {str(path)!r}: they end in {', '.join(SUFFIXES)}.")
    elif path.suffix.lower() in (".yaml", ".yml"):
        return _of_promptfoo(path)
    elif path.suffix.lower() in SUFFIXES:
        files = [path]
    else:
        raise InputError(
            f"No prompt file or folder {str(path)!r}: files end in {', '.join(SUFFIXES)}. "
            "A template itself holds {{ question }}."
        )
    prompts: dict[str, Mapping[str, Any]] = {}
    sources: dict[str, Path] = {}
    for file in files:
        name, parts = _read(file)
        if name in prompts:
            raise InputError(f"Two files give the prompt {name!r}: {sources[name].name} and {file.name}. Keep one.")
        prompts[name], sources[name] = parts, file
    return prompts


def _of_promptfoo(path: Path) -> dict[str, Mapping[str, Any]]:
    import yaml

    from workbench.tasks.promptfoo import promptfoo_prompts

    try:
        document = yaml.safe_load(_text(path))
    except (yaml.YAMLError, RecursionError) as problem:
        raise InputError(f"{path.name}: not YAML: {problem}.") from None
    if not isinstance(document, Mapping) or "prompts" not in document:
        raise InputError(f"{path.name} lists no prompts: a configuration of promptfoo has them under 'prompts'.")
    return {**promptfoo_prompts(document, path.parent)}


def write_prompt_file(
    folder: Path,
    name: str,
    parts: Mapping[str, str | None],
    examples: Sequence[tuple[str, str]],
    *,
    overwrite: bool,
) -> Path:
    """Write one prompt as a TOML file whose name is safe on every platform, and return its path."""
    stem = _safe_stem(name)
    path = folder / f"{stem}.toml"
    lines = [] if stem == name else [f"name = {_quoted(name)}"]
    lines += [f"{part} = {_quoted(text)}" for part, text in parts.items() if text is not None]
    for user, assistant in examples:
        lines += ["", "[[examples]]", f"user = {_quoted(user)}", f"assistant = {_quoted(assistant)}"]
    try:
        data = "\n".join([*lines, ""]).encode()
    except UnicodeEncodeError:
        raise InputError(
            f"Prompt {name!r} holds half a character (a lone surrogate), which no file can hold."
        ) from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in (folder / (stem + suffix) for suffix in TEXT_SUFFIXES):
            if other.exists():
                raise InputError(
                    f"{str(other)!r} holds a prompt of that name already. Remove it, or choose another name."
                )
        if overwrite and path.exists():
            with draft_of(path) as draft:
                draft.write_bytes(data)
                draft.chmod(stat.S_IMODE(path.stat().st_mode))  # whoever may read the old one may read the new one
        else:
            with path.open("xb") as file:  # never through a link, never over another's file
                file.write(data)
    except FileExistsError:
        raise InputError(f"{str(path)!r} exists already. Choose another name, or say overwrite=True.") from None
    except OSError as problem:
        raise InputError(f"Cannot write the prompt file {str(path)!r}: {problem.strerror}.") from None
    return path


def _is_prompt_file(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.stem.casefold() == "readme"
    return path.suffix.lower() in SUFFIXES and path.is_file() and not hidden


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{path.name} is not UTF-8: byte {problem.object[problem.start]:#04x}. Save it as UTF-8."
        ) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise InputError(f"Cannot read the prompt file {str(path)!r}: {reason}.") from None


def _read(path: Path) -> tuple[str, Mapping[str, Any]]:
    text = _text(path)
    if path.suffix.lower() in TEXT_SUFFIXES:
        return path.stem, {"user": text.replace("\r\n", "\n").removesuffix("\n")}
    try:
        parts = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{path.name}: not TOML: {problem}.") from None
    name = parts.pop("name", path.stem)
    if not isinstance(name, str):
        raise InputError(f"{path.name}: the name must be text, not {name!r}.")
    return name, parts


def _safe_stem(name: str) -> str:
    """A file name without its ending: the prompt's own name, or a legible part of it and a hash of the whole."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:80].lstrip(".-")
    if safe == name and not _DEVICES.fullmatch(name) and not name.endswith(".") and name.casefold() != "readme":
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe.strip('.-') or 'prompt'}-{digest}"


def _quoted(text: str) -> str:
    """A TOML string: on several lines where the text has several, so that it can be read and edited."""
    several = "\n" in text
    escaped = (_ESCAPED_LINES if several else _ESCAPED).sub(lambda match: _escape(match[0]), text)
    return f'"""\n{escaped}"""' if several else f'"{escaped}"'


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
