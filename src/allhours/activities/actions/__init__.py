from allhours.activities.actions.attendance import (
    Sheet,
    SheetResult,
    confirm_attendance,
    enter_attendance,
    result_of,
)
from allhours.activities.actions.notes import (
    NoteFacts,
    change_note,
    confirm_note,
    confirm_notes,
    note_service,
    reopen_note,
    return_note,
    withdraw_note,
)
from allhours.activities.actions.outcomes import record_outcomes
from allhours.activities.actions.planning import (
    Plan,
    cancel_activity,
    change_activity,
    plan_activity,
    publish_activity,
)
from allhours.activities.actions.settling import settle_pending
from allhours.activities.actions.signups import sign_up, withdraw

__all__ = [
    "NoteFacts",
    "Plan",
    "Sheet",
    "SheetResult",
    "cancel_activity",
    "change_activity",
    "change_note",
    "confirm_attendance",
    "confirm_note",
    "confirm_notes",
    "enter_attendance",
    "note_service",
    "plan_activity",
    "publish_activity",
    "record_outcomes",
    "reopen_note",
    "result_of",
    "return_note",
    "settle_pending",
    "sign_up",
    "withdraw",
    "withdraw_note",
]
