"""The section about people's rights to what is held about them."""

from __future__ import annotations

from dataclasses import dataclass

from allhours.scheme.schema.values import Choice, Days, Text


@dataclass(frozen=True)
class Rights:
    """Limits of requests, and what a member may consent to; a new text needs a new version."""

    correction_working_days: Days = 10
    copy_days: Days = 7
    erasure_undo_days: Days = 7
    consent_version: Text = "1"
    consents: tuple[Choice, ...] = (
        Choice("public_member", "公开党员身份", "在服务社区的公开页面上写明我是报到党员。"),
        Choice("public_honour", "公开表彰", "在公开页面上写明我受到的表彰。"),
    )
