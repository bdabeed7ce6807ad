"""What a team's store holds under a key: the line of a recording, compressed, behind its hash or the team's signature.

Nothing is unpickled, and nothing is believed that does not open: hash or signature, length, JSON, the fields of a kept
reply, and that its request is that of the key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Final

import zstandard

from workbench.base.secrets import Secret
from workbench.cache.recordings import checked
from workbench.cache.shared.address import SECRET_VARIABLE
from workbench.errors import StoreCorrupt
from workbench.replies.reply import Record

MOST_BYTES: Final = 256 * 1024 * 1024
"""A reply larger than this is none: what would unpack to more is refused before it is unpacked."""

_HASHED, _SIGNED = b"wbt\x01", b"wbt\x02"
_HEADER_BYTES = len(_HASHED) + 32
_LEVEL = 3


def sealed(key: str, line: bytes, secret: Secret | None = None) -> bytes:
    """The line of a recording as it is handed over; with a `secret` it is signed."""
    payload = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(line)
    return (_SIGNED if secret else _HASHED) + _proof(key, payload, secret) + payload


def is_signed(value: bytes) -> bool:
    """Whether a value says that it bears a signature, of whichever secret."""
    return value.startswith(_SIGNED)


def opened(key: str, value: bytes, where: str, secret: Secret | None = None) -> Record:
    """The reply in a value of another member's; raises `StoreCorrupt` that names the key where it is anything else.

    With a `secret`, only what bears its signature is believed.
    """
    named = f"{where} holds under the key {key[:12]}… "
    magic, proof, payload = value[: len(_HASHED)], value[len(_HASHED) : _HEADER_BYTES], value[_HEADER_BYTES:]
    if magic not in (_HASHED, _SIGNED):
        raise StoreCorrupt(f"{named}what this package did not write")
    if (magic == _SIGNED) != (secret is not None):
        told = "without the team's signature" if secret else f"that is signed; {SECRET_VARIABLE} is to hold the secret"
        raise StoreCorrupt(f"{named}a reply {told}")
    if not hmac.compare_digest(proof, _proof(key, payload, secret)):
        told = "was signed with another secret, or has changed" if secret else "has changed since it was written"
        raise StoreCorrupt(f"{named}a reply that {told}")
    try:
        size = zstandard.frame_content_size(payload)
        if not 0 <= size <= MOST_BYTES:
            raise StoreCorrupt(f"{named}what would unpack to {size:,} bytes")
        record = json.loads(zstandard.ZstdDecompressor().decompress(payload, max_output_size=MOST_BYTES))
    except (zstandard.ZstdError, ValueError, RecursionError) as error:
        raise StoreCorrupt(f"{named}no line of a recording ({type(error).__name__})") from None
    if not isinstance(record, dict):
        raise StoreCorrupt(f"{named}no line of a recording")
    return checked(record, key, f"{where}, {key[:12]}…")


def _proof(key: str, payload: bytes, secret: Secret | None) -> bytes:
    # The key is part of it, so that two replies which changed places are noticed.
    data = hashlib.sha256(key.encode()).digest() + payload
    if secret is None:
        return hashlib.sha256(data).digest()
    return hmac.digest(secret.reveal().encode(), data, "sha256")
