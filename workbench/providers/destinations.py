"""Where a key may go: an address that can be shown and kept, and the host that a key variable belongs to."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping
from typing import Final

from workbench.base.credentials import of_the_environment
from workbench.base.secrets import secrets_in
from workbench.errors import ConfigError, InputError

_ALSO: Final[Mapping[str, str]] = {
    "ANTHROPIC_AUTH_TOKEN": "ANTHROPIC_API_KEY",
    "FIREWORKS_AI_API_KEY": "FIREWORKS_API_KEY",
    "GOOGLE_API_KEY": "GEMINI_API_KEY",
    "HUGGINGFACE_API_KEY": "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN": "HF_TOKEN",
    "KIMI_API_KEY": "MOONSHOT_API_KEY",
    "NGC_API_KEY": "NVIDIA_API_KEY",
    "OPENAI_ADMIN_KEY": "OPENAI_API_KEY",
    "TOGETHERAI_API_KEY": "TOGETHER_API_KEY",
    "TOGETHER_AI_API_KEY": "TOGETHER_API_KEY",
}
"""Other names under which the same providers' keys lie in an environment."""


def check_destination(variable: str | None, base_url: str, homes: Mapping[str, frozenset[str]], where: str) -> None:
    """Raise `ConfigError` where a known provider's key variable would go to a host that is not that provider's.

    `homes` holds the base URLs that a variable belongs to. A host below the provider's own is its own; its plain HTTP
    is not, for the key would be read on the way.

    >>> homes = {"OPENAI_API_KEY": frozenset({"https://api.openai.com/v1"})}
    >>> check_destination("OPENAI_API_KEY", "https://eu.api.openai.com/v1", homes, "here")
    >>> check_destination("MYBOX_API_KEY", "http://127.0.0.1:8000/v1", homes, "here")
    """
    name = (variable or "").upper()  # in any case the same variable on Windows
    own = homes.get(_ALSO.get(name, name))
    if variable is None or own is None or any(_is_home(base_url, home) for home in own):
        return
    hosts = " or ".join(sorted({str(urllib.parse.urlsplit(home).hostname) for home in own}))
    raise ConfigError(
        f"{where}: {variable} is the key for {hosts}, and this would send it to {base_url!r}. If that is meant, "
        f"confirm the file with `workbench trust` (it holds until the file changes), or write trusted = true below "
        f"key_env; else name a variable of its own in key_env"
    )


def _is_home(base_url: str, home: str) -> bool:
    here, there = urllib.parse.urlsplit(base_url), urllib.parse.urlsplit(home)
    host, own = (here.hostname or "").rstrip("."), there.hostname or ""
    # Only plain names: programs disagree about what others, such as one with a backslash, mean.
    below = re.fullmatch(r"[a-z0-9.-]+", host) is not None and host.endswith(f".{own}")
    return here.scheme == there.scheme and (host == own or below) and (here.port in (None, there.port, 443))


def checked_address(base_url: str, where: str) -> str:
    """An address that can be shown, kept in records and joined with a path; raises `InputError` for any other."""
    try:
        url = urllib.parse.urlsplit(base_url)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        usable = False
    # The address stays out of these messages, for the sake of what it holds.
    if "@" in base_url.partition("://")[2].partition("/")[0] or (not usable and "@" in base_url):
        raise InputError(
            f"{where}: base_url holds a user name or password; put the key into a variable and name it in key_env"
        )
    if secrets_in(base_url) or any(value in base_url for value in of_the_environment()):
        raise InputError(
            f"{where}: base_url holds something like a key; put it into a variable, and name that in key_env"
        )
    shown = re.split("[?#]", base_url, maxsplit=1)[0]
    if not usable:
        raise InputError(f"{where}: base_url is {shown!r}; give an address such as http://127.0.0.1:8000/v1")
    if shown != base_url or url.path.rstrip("/").endswith("/chat/completions"):
        raise InputError(f"{where}: base_url is {shown!r}…; end it before /chat/completions and before any ? or #")
    return base_url.rstrip("/")
