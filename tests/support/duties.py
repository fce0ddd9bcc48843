"""Everything in any table that still waits for, or is held by, one person."""

from __future__ import annotations

from django.apps import apps

from allhours.accounts.models import User
from allhours.directory.models import Member

# What is open, by table. A table that points to a person and is not named here holds facts of the
# past, or waits for somebody else (a delivery, a note, an attendance to be confirmed).
OPEN = {
    "placement.placement": {"state__in": ["assigned", "letter_issued", "presented", "reported"]},
    "placement.letter": {"state": "issued"},
    "placement.excusal": {"until_on": None},
    "placement.contactpoint": {"until": None},
    "directory.memberchange": {"state__in": ["asked", "planned"]},
    "needs.claim": {
        "state__in": ["live", "waiting"],
        "delivered_at": None,
        "unnamed_since": None,
    },
    "needs.claimhelper": {"claim__state": "live", "claim__delivered_at": None},
    "needs.pledge": {"state__in": ["draft", "submitted", "approved"]},
    "needs.postorder": {"state": "open"},
    "needs.posthandover": {"state": "open"},
    "activities.signup": {"state__in": ["live", "waiting"]},
    "activities.servicenote": {"state": "returned"},
    "directory.appointment": {"state__in": ["proposed", "in_force"]},
    "accounts.activationslip": {"used_at": None, "revoked_at": None},
    "accounts.signedin": {},
    "accounts.apitoken": {"revoked_at": None},
    "accounts.user": {"is_active": True},
}
# Tables that point to a person and never hold anything open, and why.
PAST = {
    "accounts.signinrecord": "history",
    "accounts.totpdevice": "of no use without the sign-in",
    "accounts.passkey": "of no use without the sign-in",
    "accounts.recoverycode": "of no use without the sign-in",
    "scheme.schemeversion": "who published it",
    "directory.member": "the person",
    "directory.former": "history",
    "directory.membermerge": "waits for officers",
    "directory.rosterimport": "who uploaded it",
    "ledger.head": "facts",
    "ledger.entry": "facts",
    "ledger.sealedhead": "facts",
    "notifications.contact": "asked for only with an open sign-in",
    "notifications.notice": "read only with an open sign-in",
    "notifications.outgoing": "sent only with an open sign-in",
    "notifications.digestsent": "history",
    "rights.consent": "a right, which outlives service",
    "rights.datacopy": "a right, which outlives service",
    "rights.correction": "a right, which outlives service",
    "rights.erasure": "a right, which outlives service",
    "placement.proposal": "a round places nobody who has left",
    "placement.difference": "waits for the desks",
    "needs.claimallowance": "a counter",
    "needs.festivalseat": "a counter",
    "needs.wishimport": "who uploaded it; nothing is taken over unless its desk does",
    "needs.suggestion": "waits for its reader",
    "activities.attendance": "facts, or waits for another to confirm",
}


def tables_unspoken_for() -> set[str]:
    """Tables that point to a person and about which nobody has said what becomes of their rows."""
    pointing = {
        model._meta.label_lower
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in (Member, User)
    }
    return pointing - set(OPEN) - set(PAST)


def open_rows(member: Member) -> list[str]:
    """`table pk` of what is open of a member, walking every foreign key to member and user."""
    found = []
    user_id = Member.objects.values_list("user", flat=True).get(pk=member.pk)
    for model in apps.get_models():
        label = model._meta.label_lower
        if label not in OPEN:
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in (Member, User):
                if field.name in ("proposed_by", "approved_by"):
                    continue
                pk = member.pk if field.related_model is Member else user_id
                rows = model._base_manager.filter(**{field.name: pk}, **OPEN[label])
                found += [f"{label} {row.pk}" for row in rows if pk is not None]
    rows = apps.get_model("placement.letter").objects.filter(placement__member=member)
    found += [f"letter {row.pk}" for row in rows.filter(state="issued")]
    if user_id and User.objects.filter(pk=user_id, is_active=True).exists():
        found.append(f"user {user_id}")
    return found
