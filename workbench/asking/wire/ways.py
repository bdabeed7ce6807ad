"""The way to a host: through which proxy of the environment, and trusting whose certificates."""

from __future__ import annotations

import functools
import os
import ssl
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from workbench.base.machine import is_this_machine

_HTTP_PROXIES = ("http", "https")
_SOCKS_PROXIES = ("socks5", "socks5h")
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep the certificates that they trust: a Python that was built elsewhere may look in no such place."""


class Ways:
    """What the environment says of the way out, read once: its proxies, and the certificates that it trusts.

    Raises `ValueError` for a proxy and `OSError` for a file of certificates that cannot be used.
    """

    def __init__(self) -> None:
        named = {scheme: urllib.request.getproxies().get(scheme) for scheme in ("http", "https", "all")}
        self._proxies = {scheme: _checked(address) for scheme, address in named.items() if address}
        self._trust: ssl.SSLContext | None = None
        if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
            self._trust = _trust()

    def proxy(self, scheme: str, host: str) -> str | None:
        """The proxy for a host; None for one that is reached without, as this machine always is."""
        address = self._proxies.get(scheme) or self._proxies.get("all")
        # A proxy would look for this machine's names on its own, and hear prompt and key.
        if address is None or is_this_machine(host) or _goes_direct(host):
            return None
        kind = address.partition("://")[0]
        if kind in _SOCKS_PROXIES:
            raise ValueError(f"the proxy begins with {kind}://, and a SOCKS proxy cannot be used")
        return address

    def trust(self) -> ssl.SSLContext:
        """Whose certificates are believed; read when the first connection needs it, since that takes a while."""
        if self._trust is None:
            self._trust = _trust()
        return self._trust


def _checked(address: str) -> str:
    whole = address if "://" in address else f"http://{address}"
    parts = urllib.parse.urlsplit(whole)
    try:
        usable = parts.scheme in _HTTP_PROXIES + _SOCKS_PROXIES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # not passed on: what it quotes as a port may be a piece of a password
        usable = False
    if not usable:
        raise ValueError(f"a proxy is no address that can be used (it begins with {parts.scheme}://)")
    return whole


@functools.lru_cache(maxsize=64)
def _goes_direct(host: str) -> bool:
    return bool(urllib.request.proxy_bypass(host))


def _trust() -> ssl.SSLContext:
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=None if file else folder)
    if sys.platform in ("darwin", "win32"):  # there the system itself knows whom to trust, and Python does not ask it
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    places = ssl.get_default_verify_paths()
    found = next((file for file in _BUNDLES if Path(file).is_file()), None) if places.cafile is None else None
    return ssl.create_default_context(cafile=found)
