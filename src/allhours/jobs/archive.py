"""The file of a backup: a compressed tar whose manifest names and fingerprints everything in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import secrets
import tarfile
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.core.management.base import CommandError

FORMAT = "allhours-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
SEALED_KEYS = "keys.sealed"
SCRYPT_N = 2**15  # 32 MiB and about 0.1 s for each guess at a passphrase
BLOCK = 1 << 20


@dataclass
class Manifest:
    """`files`: name in the archive -> [bytes, sha256]; `keys`: names that its sealed facts need."""

    program: str
    made_at: str
    database: str
    migrations: list[str]
    keys: list[str]
    lookup_check: str
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


def lookup_check(lookup_key: bytes) -> str:
    """Tells two look-up keys apart without giving either away."""
    return hmac.new(lookup_key, b"allhours look-up key", hashlib.sha256).hexdigest()[:16]


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write(target: Path, manifest: Manifest, parts: dict[str, Path]) -> None:
    """Write beside the name, then rename: a half-written archive never bears it."""
    manifest.files = {
        name: (path.stat().st_size, sha256_of(path)) for name, path in sorted(parts.items())
    }
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as tar:
                _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=1))
                for name, path in sorted(parts.items()):
                    tar.add(path, arcname=name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(text.encode())
    info.mode = 0o600
    tar.addfile(info, io.BytesIO(text.encode()))


def extract(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and prove every byte; refuses with a sentence otherwise."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except FileNotFoundError as error:
        if not source.exists():
            raise CommandError(f"There is no file {source}.") from error
        raise CommandError(f"{source} is not a backup of AllHours.") from error
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, TypeError) as error:
        raise CommandError(f"{source} is damaged or not a backup; nothing was changed.") from error
    if manifest.format != FORMAT or manifest.format_version > FORMAT_VERSION:
        raise CommandError(f"{source} was made by a newer version of AllHours; update first.")
    for name, (size, digest) in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size or sha256_of(path) != digest:
            raise CommandError(f"{source} is damaged ({name}); nothing was changed.")
    return manifest


def _derive(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=SCRYPT_N, r=8, p=1).derive(passphrase.encode())


def seal_keys(key_file: Path, passphrase: str) -> str:
    """The key file, encrypted under a passphrase."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    body = AESGCM(_derive(passphrase, salt)).encrypt(nonce, key_file.read_bytes(), FORMAT.encode())
    parts = {"kdf": "scrypt", "n": SCRYPT_N, "salt": salt, "nonce": nonce, "body": body}
    return json.dumps(
        {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in parts.items()}
    )


def open_keys(sealed: str, passphrase: str) -> bytes:
    """The key file again; refuses a wrong passphrase."""
    document = json.loads(sealed)
    salt, nonce, body = (base64.b64decode(document[k]) for k in ("salt", "nonce", "body"))
    try:
        return AESGCM(_derive(passphrase, salt)).decrypt(nonce, body, FORMAT.encode())
    except InvalidTag:
        raise CommandError("The passphrase does not open the keys in this backup.") from None
