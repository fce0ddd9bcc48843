"""Sealing of personal facts: encryption with named keys, and keyed look-up.

Keys live in a file outside the database (`ALLHOURS_KEY_FILE`, mode 0600): any number of named
encryption keys of which one is current, one look-up key, and Django's secret. A sealed value is
`<key name>.<base64 of nonce + ciphertext>`; the purpose (`member.id_number`) is authenticated with
it, so a sealed phone cannot be pasted into an ID number's column.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


class KeyMissing(Exception):  # noqa: N818 - names what is the matter
    """A sealed value names a key that the key file does not hold."""


@dataclass(frozen=True)
class KeyRing:
    encryption: dict[str, bytes]
    current: str
    lookup: bytes
    django_secret: str


def new_key_file(path: Path) -> None:
    """Write fresh keys; refuses to replace a file, for with it all sealed facts would be lost."""
    document = {
        "current": "k1",
        "encryption": {"k1": base64.b64encode(secrets.token_bytes(32)).decode()},
        "lookup": base64.b64encode(secrets.token_bytes(32)).decode(),
        "django_secret": secrets.token_urlsafe(50),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file, indent=1)


def read_key_file(path: Path) -> KeyRing:
    """The keys; read again when the file was replaced, so a running server takes up a new key."""
    return _read_key_file(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_key_file(path: Path, _changed: int) -> KeyRing:
    return parse_key_file(path.read_text())


def parse_key_file(text: str) -> KeyRing:
    document = json.loads(text)
    return KeyRing(
        encryption={k: base64.b64decode(v) for k, v in document["encryption"].items()},
        current=document["current"],
        lookup=base64.b64decode(document["lookup"]),
        django_secret=document["django_secret"],
    )


def keys() -> KeyRing:
    return read_key_file(Path(settings.ALLHOURS_KEY_FILE))


def seal(plain: str, purpose: str) -> str:
    """Encrypt a fact for one purpose; the empty string stays empty."""
    if not plain:
        return ""
    ring = keys()
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(ring.encryption[ring.current]).encrypt(nonce, plain.encode(), purpose.encode())
    return f"{ring.current}.{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, purpose: str) -> str:
    """The plain fact; raises `KeyMissing`, or ValueError if it was tampered with or misplaced."""
    if not sealed:
        return ""
    name, _, body = sealed.partition(".")
    try:
        key = keys().encryption[name]
    except KeyError:
        raise KeyMissing(name) from None
    raw = base64.b64decode(body)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except InvalidTag:
        raise ValueError("sealed value does not belong here") from None


def key_name(sealed: str) -> str:
    return sealed.partition(".")[0]


def lookup_hash(plain: str, purpose: str) -> str:
    """Keyed digest for finding a sealed fact again; callers pass the normalised form."""
    if not plain:
        return ""
    message = f"{purpose}\x00{plain}".encode()
    return hmac.new(keys().lookup, message, hashlib.sha256).hexdigest()
