"""Which addresses are this machine's own, however they are spelt; and an environment for its child processes."""

from __future__ import annotations

import functools
import ipaddress
import os
import socket
import time
from pathlib import Path
from typing import Final

from workbench.base import regular_expressions as re

_SECONDS_BELIEVED: Final = 30
_NEEDED: Final = re.compile(
    "APPDATA|COMSPEC|DYLD_(?:FALLBACK_)?LIBRARY_PATH|HOME|LANG|LANGUAGE|LC_.*|LD_LIBRARY_PATH|LOCALAPPDATA|PATH|PATHEXT"
    "|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|TMPDIR|TZ|USERPROFILE|WINDIR"
)
"""What a program needs to start. No key, no proxy, and nothing by which a server is set up behind our back."""


def clean_environment(**more: str) -> dict[str, str]:
    """The environment for a child that asks nobody anything: what a program needs to start, and `more`.

    >>> os.environ["EXAMPLE_API_KEY"] = "not for children"
    >>> "EXAMPLE_API_KEY" in clean_environment(), clean_environment(OMP_NUM_THREADS="2")["OMP_NUM_THREADS"]
    (False, '2')
    """
    kept = {name: value for name, value in os.environ.items() if _NEEDED.fullmatch(name.upper())}
    return {**kept, **more}


def is_this_machine(host: str) -> bool:
    """Whether a host, as it stands in an address, is this machine: a proxy would look for it on its own.

    Known are loopback addresses in every notation, `localhost` and what ends in it, the names of this machine, its own
    addresses, and names that the file of hosts gives to any of them. No name server is asked.

    >>> [is_this_machine(host) for host in ("127.0.0.2", "LOCALHOST.", "0x7f.1", "[::ffff:127.0.0.1]", "example.com")]
    [True, True, True, True, False]
    """
    # Own addresses come and go with networks, so what was found is believed for a while only.
    return _is_this_machine(
        host.strip().strip("[]").lower().removesuffix("."), int(time.monotonic()) // _SECONDS_BELIEVED
    )


_PRIVATE_ENDS: Final = (".local", ".lan", ".home.arpa", ".internal")
_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")
"""Addresses of overlay networks and of providers of access, which nobody reaches from outside."""


def is_private(host: str) -> bool:
    """Whether a host is this machine, or has an address or a name that only a private network knows.

    >>> [is_private(host) for host in ("localhost", "192.168.1.7", "[fd00::1]", "gpu-box", "8.8.8.8", "example.com")]
    [True, True, True, True, False, False]
    """
    plain = host.strip().strip("[]").lower().removesuffix(".")
    if is_this_machine(plain):
        return True
    address = _address(plain)
    if address is None:
        return "." not in plain or plain.endswith(_PRIVATE_ENDS)
    shared = address.version == 4 and address in _SHARED
    return (address.is_private and not address.is_reserved) or address.is_link_local or shared


@functools.lru_cache(maxsize=256)
def _is_this_machine(host: str, period: int) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".localdomain")) or host in _own_names():
        return True
    address = _address(host)
    if address is not None:
        return _is_own(address)
    return any(_is_own(found) for found in _in_hosts_file(host))


def _own_names() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset(
        {name, name.partition(".")[0], f"{name}.local", f"{name.partition('.')[0]}.local", "ip6-localhost"}
    )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is; the C library also reads `127.1`, `2130706433`, `0x7f000001` and `0177.0.0.1`."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    if not re.fullmatch(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", host):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_own(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or (
            ipaddress.IPv4Address(address.packed[12:]) if _compatible(address) else address
        )
    if address.is_loopback or address.is_unspecified:
        return True
    if address.is_multicast or address == ipaddress.IPv4Address("255.255.255.255"):
        return False
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.bind((str(address), 0))  # only an address of this machine can be bound; nothing is sent
    except OSError:
        return False
    return True


def _compatible(address: ipaddress.IPv6Address) -> bool:
    """Whether it is an IPv4 address in the old form `::127.0.0.1`, and not `::1` or `::`."""
    return not any(address.packed[:12]) and int(address) > 1


def _in_hosts_file(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    place = (
        Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), r"System32\drivers\etc\hosts") if os.name == "nt" else None
    )
    try:
        text = (place or Path("/etc/hosts")).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    lines = (line.partition("#")[0].lower().split() for line in text.splitlines())
    found = (_address(words[0]) for words in lines if host in (word.removesuffix(".") for word in words[1:]))
    return [address for address in found if address is not None]
