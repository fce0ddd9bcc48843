"""Every use case of needs, by name."""

from allhours.needs.actions.claims import (
    claim_wish,
    foresee_claim,
    give_back,
    join_queue,
    release_claim,
    release_departed,
)
from allhours.needs.actions.delivery import (
    confirm_by_resident,
    confirm_delivery,
    deliver_claim,
    extend_claim,
    note_contact,
    rate_wish,
    report_not_done,
    send_back,
)
from allhours.needs.actions.follow_ups import draw_follow_ups, note_follow_up
from allhours.needs.actions.imports import import_wishes, read_rows, read_wishes
from allhours.needs.actions.intake import Noted, note_wish
from allhours.needs.actions.merging import merge_wishes
from allhours.needs.actions.posts import (
    PostText,
    close_post,
    edit_post,
    leave_post,
    publish_post,
    release_from_post,
    reopen_post,
    take_post,
)
from allhours.needs.actions.publication import (
    approve_wish,
    check_wish,
    decline_wish,
    end_consent,
    expire_wish,
    open_due_wishes,
    publish_wish,
    unschedule_wish,
    verify_wish,
    withdraw_by_resident,
    withdraw_wish,
)
from allhours.needs.actions.reminders import remind_of_terms
from allhours.needs.actions.resident import follow_wish, submit_wish
from allhours.needs.actions.sight import Wisher, open_wisher, see_wisher

__all__ = [
    "Noted",
    "PostText",
    "Wisher",
    "approve_wish",
    "check_wish",
    "claim_wish",
    "close_post",
    "confirm_by_resident",
    "confirm_delivery",
    "decline_wish",
    "deliver_claim",
    "draw_follow_ups",
    "edit_post",
    "end_consent",
    "expire_wish",
    "extend_claim",
    "follow_wish",
    "foresee_claim",
    "give_back",
    "import_wishes",
    "join_queue",
    "leave_post",
    "merge_wishes",
    "note_contact",
    "note_follow_up",
    "note_wish",
    "open_due_wishes",
    "open_wisher",
    "publish_post",
    "publish_wish",
    "rate_wish",
    "read_rows",
    "read_wishes",
    "release_claim",
    "release_departed",
    "release_from_post",
    "remind_of_terms",
    "reopen_post",
    "report_not_done",
    "see_wisher",
    "send_back",
    "submit_wish",
    "take_post",
    "unschedule_wish",
    "verify_wish",
    "withdraw_by_resident",
    "withdraw_wish",
]
