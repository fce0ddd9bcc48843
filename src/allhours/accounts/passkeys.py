"""WebAuthn by py_webauthn: what the browser is asked, and whether its answer holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import webauthn
from django.conf import settings
from django.http import HttpRequest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from allhours.accounts.models import Passkey, User
from allhours.kernel import crypto

PREFERRED = UserVerificationRequirement.PREFERRED
REQUIRED = UserVerificationRequirement.REQUIRED
# What a crooked answer makes the library raise, besides its own.
CROOKED = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Party:
    """This installation as browsers know it. `rp_id` is "" where passkeys cannot work."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class Asked:
    """`options` for the browser (JSON), `challenge` (base64url) for the session."""

    options: str
    challenge: str


@dataclass(frozen=True)
class Registered:
    credential_id: str
    public_key: bytes
    sign_count: int


def party_of(request: HttpRequest) -> Party:
    """The host was held against ALLOWED_HOSTS by `get_host`; an IP address cannot bear passkeys."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        rp_id = settings.ALLHOURS_RP_ID or name
    else:
        rp_id = ""
    return Party(rp_id, f"{request.scheme}://{host}")


def ask_registration(*, party: Party, user: User, have: Sequence[Passkey], title: str) -> Asked:
    options = webauthn.generate_registration_options(
        rp_id=party.rp_id,
        rp_name=title,
        user_name=user.username,
        user_display_name=user.display_name or user.username,
        # stable for the person, and tells nothing to whoever holds the authenticator
        user_id=bytes.fromhex(crypto.lookup_hash(str(user.pk), "passkey.user")),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=PREFERRED
        ),
        exclude_credentials=_descriptors(have),
    )
    return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def ask_proof(*, party: Party, have: Sequence[Passkey], alone: bool = False) -> Asked:
    """`alone`: in place of the password too, so the authenticator must verify its user."""
    options = webauthn.generate_authentication_options(
        rp_id=party.rp_id,
        allow_credentials=_descriptors(have),
        user_verification=REQUIRED if alone else PREFERRED,
    )
    return Asked(webauthn.options_to_json(options), bytes_to_base64url(options.challenge))


def registered(*, party: Party, challenge: str, answer: str) -> Registered | None:
    """The new credential; None where the answer does not hold."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
        )
    except CROOKED:
        return None
    return Registered(
        bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count
    )


def proven(
    *, party: Party, challenge: str, answer: str, passkey: Passkey, alone: bool = False
) -> int | None:
    """The authenticator's new count of uses; None where the answer does not hold."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=alone,
        )
    except CROOKED:
        return None
    return int(verified.new_sign_count)


def id_in(answer: str) -> str:
    """The credential id that an answer names, "" if it names none."""
    try:
        found: Any = json.loads(answer)
        return str(found["id"])
    except (ValueError, KeyError, TypeError):
        return ""


def _descriptors(have: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(p.credential_id)) for p in have]
