"""Random public codes, one-time secrets, and keyless digests."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

# No 0/O, 1/I/L, U/V: read out over the telephone and typed by people with reading glasses.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def public_code(length: int = 10) -> str:
    """A code that stands in an address: random, case-insensitive, 29^10 ≈ 4·10¹⁴ of them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def secret_code(groups: int = 3, size: int = 4) -> str:
    """A code told once to one person, e.g. `7KQM-2XWD-9HTC`; keep only its `lookup_hash`."""
    return "-".join(public_code(size) for _ in range(groups))


def code_from(digest: str, groups: int = 3, size: int = 4) -> str:
    """A code in the same form out of a keyed digest (hex): the same digest gives the same code."""
    number, signs = int(digest, 16), []
    for _ in range(groups * size):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    flat = "".join(signs)
    return "-".join(flat[at : at + size] for at in range(0, len(flat), size))


def normal_code(text: str) -> str:
    """What a person typed as a code, as it was issued: upper case, no spaces or full width."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in text if char.isalnum())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
