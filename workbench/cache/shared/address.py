"""Where a team keeps its replies: the addresses in `WORKBENCH_STORE`, read with care and never shown with a secret.

Only the environment names them: a settings file that came with somebody's project must not send prompts to a server of
its author's.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from workbench.base import regular_expressions as re
from workbench.base.secrets import Secret, find_secret, note_secret
from workbench.errors import InputError

VARIABLE: Final = "WORKBENCH_STORE"
PASSWORD_VARIABLE: Final = "WORKBENCH_STORE_PASSWORD"
SECRET_VARIABLE: Final = "WORKBENCH_STORE_SECRET"
"""Signs what is handed over, and is asked of what is read."""

SERVERS: Final = {"redis": False, "valkey": False, "rediss": True, "valkeys": True}
"""Schemes of a server, and whether they are encrypted."""

BUCKETS: Final = ("file", "s3", "gs", "az")
_PREFIX = re.compile("[A-Za-z0-9._-]{1,64}")
_OWN_WORDS: Final = ("ttl", "prefix", "lease")
_OF_THE_CLIENT: Final = (
    *("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"),
    "client_name",
)
"""What redis-py takes besides, of what belongs in an address."""

_DATABASE = re.compile("(/([0-9]{1,5})?)?")
LEASE_SECONDS: Final = 20
_PORT: Final = 6379
_MADE_WITHOUT = "that would talk to a server without knowing who it is"


@dataclass(frozen=True)
class Address:
    """One place of a team's replies; its repr and `shown` hold no password.

    `ttl_seconds` is how long a reply stays at a server; None is for ever. `lease_seconds` is for how long a member that
    is silent is waited for.
    """

    scheme: str
    shown: str
    url: str = field(repr=False)
    user: str | None = None
    password: str | None = field(repr=False, default=None)
    prefix: str = "workbench"
    ttl_seconds: int | None = None
    lease_seconds: int = LEASE_SECONDS

    @property
    def is_server(self) -> bool:
        """Whether it is a Redis or Valkey, which holds claims, paces and sums as well as replies."""
        return self.scheme in SERVERS

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return SERVERS.get(self.scheme, True)


def addresses(named: str | None = None) -> tuple[Address, ...]:
    """The places in `WORKBENCH_STORE`, separated by blanks: a server, a folder or bucket, or one of each.

    Raises `InputError` that never shows a password.

    >>> [place.shown for place in addresses("rediss://team:secret@store.example:6380/2?ttl=86400 s3://lab/replies")]
    ['rediss://team@store.example:6380/2', 's3://lab/replies']
    """
    texts = os.environ.get(VARIABLE, "") if named is None else named
    places = tuple(map(address, texts.split()))
    if len(places) > 2 or len({place.is_server for place in places}) < len(places):
        raise InputError(
            f"{VARIABLE} names {', '.join(place.shown for place in places)}; give one server, one folder or bucket, or "
            "one of each"
        )
    return tuple(sorted(places, key=lambda place: not place.is_server))


def address(text: str) -> Address:
    """One place, from its URL; raises `InputError` that never shows a password.

    >>> place = address("valkey://127.0.0.1:6379/1?prefix=lab")
    >>> place.shown, place.prefix, place.ttl_seconds
    ('valkey://127.0.0.1:6379/1', 'lab', None)
    """
    try:
        parts = urlsplit(text)
        port, words = parts.port, parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise InputError(
            "the address of a team's store is no URL: it is not shown, as it may hold a password; give such as "
            f"redis://127.0.0.1:6379/0, and a password with signs in it as {PASSWORD_VARIABLE}"
        ) from None
    if parts.scheme not in (*SERVERS, *BUCKETS):
        known = ", ".join(f"{scheme}://" for scheme in (*SERVERS, *BUCKETS))
        begins = f"begins with {parts.scheme[:20] + '://'!r}" if parts.scheme else "does not say what kind it is"
        raise InputError(
            f"the address of a team's store {begins}; it begins with one of {known}. A folder is file:///srv/replies"
        )
    own = {name: value for name, value in words if name in _OWN_WORDS}
    rest = [(name, value) for name, value in words if name not in _OWN_WORDS]
    user = unquote(parts.username) if parts.username else None
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    where = f"{host}:{port}" if port else host
    at = f"{user}@" if user and parts.scheme in SERVERS else ""
    shown = f"{parts.scheme}://{at}{where}{parts.path}"
    if parts.scheme in BUCKETS and "@" in parts.netloc:
        raise InputError(f"{shown}: no key belongs in the address of a bucket; credentials go into the environment")
    _check(parts.scheme, shown, rest, host)
    if parts.scheme in SERVERS and not _DATABASE.fullmatch(parts.path):
        raise InputError(f"{shown}: behind the host stands the number of a database, such as /0, or nothing")
    password = unquote(parts.password) if parts.password else None
    if password:
        note_secret(password)
    elif _is_meant(parts) and (named := find_secret(PASSWORD_VARIABLE)):
        password = named.reveal()
    scheme = {"valkey": "redis", "valkeys": "rediss"}.get(parts.scheme, parts.scheme)
    query = f"?{urlencode(rest)}" if rest else ""
    return Address(
        parts.scheme,
        shown,
        f"{scheme}://{where}{parts.path}{query}",
        user,
        password,
        _prefix(own.get("prefix", "workbench"), shown),
        _seconds(own["ttl"], "ttl", 60, parts.scheme, shown) if "ttl" in own else None,
        _seconds(own["lease"], "lease", 1, parts.scheme, shown) if "lease" in own else LEASE_SECONDS,
    )


def team_secret() -> Secret | None:
    """What replies are signed with, where the team has agreed on something."""
    return find_secret(SECRET_VARIABLE)


def _is_meant(parts: SplitResult) -> bool:
    """Whether the password of the environment is for this server: it is not told to one beside that of the team."""
    if parts.scheme not in SERVERS:
        return False
    named = []
    for text in os.environ.get(VARIABLE, "").split():
        with contextlib.suppress(ValueError):
            one = urlsplit(text)
            if one.scheme in SERVERS:
                named.append((one.hostname, one.port or _PORT))
    return not named or (parts.hostname, parts.port or _PORT) in named


def _check(scheme: str, shown: str, words: list[tuple[str, str]], host: str) -> None:
    for name, value in words:
        if name in ("ssl_cert_reqs", "ssl_check_hostname") and value.lower() not in ("required", "true"):
            raise InputError(f"{shown}: {name}={value!r} is refused, for {_MADE_WITHOUT}")
        if scheme in BUCKETS or "password" in name or "username" in name:
            raise InputError(f"{shown}: {name!r} does not belong in the address; credentials go into the environment")
        if name not in _OF_THE_CLIENT:
            known = ", ".join((*_OWN_WORDS, *_OF_THE_CLIENT))
            raise InputError(f"{shown}: {name[:80]!r} is nothing that an address may say; it may say {known}")
    if scheme in SERVERS and not host:
        raise InputError(f"{shown}: names no host; give such as {scheme}://127.0.0.1:6379/0")
    if scheme in BUCKETS and scheme != "file" and not host:
        raise InputError(f"{shown}: names no bucket; give such as {scheme}://lab-replies/2026")


def _prefix(text: str, shown: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise InputError(f"{shown}: prefix is {text[:80]!r}; letters, digits, dots and dashes will do")
    return text


def _seconds(text: str, name: str, least: int, scheme: str, shown: str) -> int:
    if scheme not in SERVERS:
        raise InputError(f"{shown}: {name} is for a server; a folder or bucket keeps for ever, and holds no claims")
    if not text.isascii() or not text.isdecimal() or not least <= int(text[:12]) <= 10**10:
        raise InputError(f"{shown}: {name} is {text[:20]!r}; give whole seconds of at least {least}")
    return int(text)
