"""A GGUF file of the user's own as a local model: found, checked, and what follows from what it says of itself."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import settings_file as find_file
from workbench.errors import LocalModelError
from workbench.providers.facts import LOCAL, ModelFacts, known_models
from workbench.providers.gguf_headers import Header, read_header

MARK: Final = f"{LOCAL}:"
"""A model id that begins so names a file: `local:/models/qwen3-8b.gguf`, `local:~/qwen.gguf`, `local:qwen.gguf`."""

USUAL_CONTEXT_TOKENS: Final = 8_192
"""Of a file whose model could take more: memory for it is set aside at the start, for every call at once."""

_THINKS = re.compile(r"</?think|reasoning_content|enable_thinking|\[/?THINK\]|<\|channel\|?>|<seed:think")
_SWITCH: Final = "chat_template_kwargs.enable_thinking = true | false"
_OTHER_SWITCH: Final = "chat_template_kwargs.thinking = true | false"
"""In templates of DeepSeek and Kimi the variable that decides is plainly called so."""

_PART = re.compile(r"-(\d{5})-of-(\d{5})(?=\.gguf$)", re.IGNORECASE)


def file_named(model_id: str) -> Path | None:
    """The file that a model id such as `local:~/models/qwen3-8b.gguf` names; None for an id of another kind.

    >>> file_named("local/smollm2-135m-think") is None
    True
    """
    if not model_id.startswith(MARK):
        return None
    return Path(model_id.removeprefix(MARK)).expanduser().absolute()


def with_own_file(name: str, facts: ModelFacts) -> ModelFacts:
    """What is known of a model that a file serves: what its table says, then what the file says of itself.

    Whether it thinks, can be told not to, and takes an effort is read from its chat template. Raises `LocalModelError`
    for a file that is missing, no GGUF file, cut short or without a chat template.
    """
    if f"{LOCAL}/{name}" in known_models():
        raise LocalModelError(f"{name!r} is a model that the workbench brings; give the one of {facts.file!r} a name")
    path = _absolute(facts.file)
    header = checked_header(path)
    template = _template_of(facts, header, path)
    context = facts.context_tokens or min(header.trained_tokens or USUAL_CONTEXT_TOKENS, USUAL_CONTEXT_TOKENS)
    if header.trained_tokens and context > header.trained_tokens:
        raise LocalModelError(
            f"context = {context:,} is more than the {header.trained_tokens:,} tokens that {str(path)!r} was trained "
            "with; write that, or less"
        )
    told: dict[str, Any] = {"file": str(path), "context_tokens": context, "images": False}
    told["default_max_tokens"] = facts.default_max_tokens or context // 2
    if not _THINKS.search(template):
        return replace(facts, **told, thinking="none", efforts=facts.efforts or ())
    told["effort_in"] = facts.effort_in or "reasoning_effort"
    if facts.efforts is None and "reasoning_effort" not in template:
        told["efforts"] = ()
    if "enable_thinking" in template:
        told["switch"] = facts.switch or _SWITCH
    elif _reads(template, "thinking"):
        told["switch"] = facts.switch or _OTHER_SWITCH
    elif facts.switch is None:
        told["always_thinks"] = True
    return replace(facts, **told)


@functools.lru_cache(maxsize=64)
def _reads(template: str, variable: str) -> bool:
    """Whether a chat template asks its caller for a variable; one that it sets from a message is none of these."""
    from jinja2 import TemplateError, meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if variable not in template:
        return False
    try:
        parsed = ImmutableSandboxedEnvironment(extensions=["jinja2.ext.loopcontrols"]).parse(template)
    except (TemplateError, RecursionError):
        return False
    return variable in meta.find_undeclared_variables(parsed)


def _absolute(written: str) -> Path:
    """A file as `workbench.toml` names it: from the folder of that file, as every other path in it."""
    path = Path(written).expanduser()
    settings = find_file()
    return path if path.is_absolute() or settings is None else settings.parent / path


def checked_header(path: Path) -> Header:
    """The header of a file that can be served, read once for each state of it; raises `LocalModelError` for another."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise LocalModelError(
            f"The name of {str(path)!a} is not UTF-8, which the engine needs; give the file another name."
        ) from None
    try:
        status = path.stat()
    except OSError as error:
        raise LocalModelError(f"There is no file {str(path)!r} to serve as a local model ({error.strerror}).") from None
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no file"
        raise LocalModelError(f"{str(path)!r} is {what}; name the .gguf file itself")
    return _header(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _header(path: Path, size: int, changed: int) -> Header:
    header = read_header(path)
    if header.size_bytes < header.ends_at:
        raise LocalModelError(
            f"{str(path)!r} is cut short: {header.size_bytes:,} of {header.ends_at:,} bytes are there; "
            "fetch or copy it again"
        )
    if header.part:
        raise LocalModelError(
            f"{str(path)!r} is part {header.part + 1} of {header.parts} of one model; name the first part"
        )
    return header


def parts_of(path: Path, header: Header) -> Iterator[Path]:
    """All files of a model that is split over several, which the engine finds by their names."""
    yield path
    for number in range(2, header.parts + 1):
        other = path.with_name(_PART.sub(lambda found, n=number: f"-{n:05}-of-{found[2]}", path.name))  # type: ignore[misc]
        if other == path or not other.is_file():
            raise LocalModelError(
                f"{str(path)!r} is the first of {header.parts} parts, and part {number} is not beside it"
            )
        yield other


def own_template(facts: ModelFacts) -> str | None:
    """The chat template that takes the place of the file's own; None where its table names none."""
    if not facts.chat_template:
        return None
    path = _absolute(facts.chat_template)
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LocalModelError(f"chat_template: {str(path)!r} cannot be read: {error}") from None


def _template_of(facts: ModelFacts, header: Header, path: Path) -> str:
    template = own_template(facts) or header.template
    if template is None:
        raise LocalModelError(
            f"{str(path)!r} has no chat template: it is a base model, or was converted without one. Give it one in "
            f'workbench.toml: [models."{LOCAL}/NAME"] with file = and chat_template = the path of a Jinja file'
        )
    return template
