"""The follow codes of imported wishes, on slips to be handed over.

A code is kept only as a hash, so printing means making fresh ones: what was printed before is void
from that moment. A wish that its claimer has reported done keeps its code, for the code confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import ImportState
from allhours.jobs.actions import start_job
from allhours.jobs.models import Job
from allhours.kernel import codes, crypto, masking
from allhours.kernel.errors import Refusal, Refused
from allhours.needs.actions.intake import Noted
from allhours.needs.choices import WishState
from allhours.needs.models import Wish, WishImport
from allhours.needs.models.wish import WISHER_NAME
from allhours.needs.queries.follow import follow_hash
from allhours.needs.scope import HANDLERS, handles
from allhours.needs.sheet import WishSheet
from allhours.ui import paper

NOT_APPLIED = Refusal("wishes.not_applied", _("心愿还没有登记，没有查询码可以打印。"))
NO_CODES = Refusal("wishes.no_codes", _("这些心愿都已办理完成或结束，查询码不能重发。"))
SAY_AGAIN = Refusal(
    "wishes.codes_again",
    _("查询码已经打印过。重新打印后，以前交出去的查询码全部作废，请勾选确认。"),
)
OPEN = (
    WishState.NOTED,
    WishState.VERIFIED,
    WishState.SCHEDULED,
    WishState.OPEN,
    WishState.CLAIMED,
)
TEMPLATE = "needs/code_slips.typ"


@dataclass(frozen=True)
class CodeSlip:
    """Enough to find whose it is with the sender's own sheet at hand; the name only begun."""

    row: int
    name: str
    community: str
    code: str
    follow_code: str


def start_code_run(
    *, actor: Actor, import_: WishImport, again: bool, url: str, now: datetime
) -> Job:
    """Have the codes printed as one file, which the actor can take once; `url` is where to look."""
    actor.require(*HANDLERS)
    if import_.state != ImportState.APPLIED:
        raise Refused(NOT_APPLIED)
    if import_.codes_issued_at is not None and not again:
        raise Refused(SAY_AGAIN)
    if not _wishes(actor, import_):
        raise Refused(NO_CODES)
    seen = import_.codes_issued_at
    args = {"import_id": import_.pk, "url": url, "seen": seen.isoformat() if seen else ""}
    return start_job(actor=actor, kind="needs.print_codes", args=args, now=now)


def _wishes(actor: Actor, import_: WishImport) -> list[tuple[Wish, int]]:
    """Those of the actor's that may still get a code, with their row; erased ones have none."""
    rows = dict(import_.plan.get("rows", ()))
    wishes = Wish.objects.filter(pk__in=rows, state__in=OPEN).exclude(follow_hash="")
    found = [
        (wish, rows[wish.pk])
        for wish in wishes.select_related("community")
        if handles(actor, wish.community.path, HANDLERS)
    ]
    return sorted(found, key=lambda each: (each[0].community.code, each[1]))


@transaction.atomic
def issue_codes(
    *, actor: Actor, import_: WishImport, seen: datetime | None, now: datetime
) -> list[CodeSlip]:
    """Fresh codes, in plain once and never again; the former ones lead nowhere from now on.

    `seen`: when the actor saw that they were last printed. Printed since, it is refused, for the
    slips of that run may already be in people's hands.
    """
    actor.require(*HANDLERS)
    still = WishImport.objects.filter(pk=import_.pk, codes_issued_at=seen)
    if not still.update(codes_issued_at=now):
        raise Refused(SAY_AGAIN)
    slips = []
    for wish, row in _wishes(actor, import_):
        code = codes.secret_code()
        won = Wish.objects.filter(pk=wish.pk, state__in=OPEN, follow_hash=wish.follow_hash).update(
            follow_hash=follow_hash(code)
        )
        if won:
            name = masking.name(crypto.unseal(wish.wisher_name_sealed, WISHER_NAME))
            slips.append(CodeSlip(row, name, wish.community.label, wish.code, code))
            journal.note(actor=actor, did="wish.code_issued", to=wish, now=now)
    if not slips:
        raise Refused(NO_CODES)
    journal.note(actor=actor, did="wishimport.codes_issued", to=import_, now=now, count=len(slips))
    return slips


def slips_of(noted: Sequence[Noted], sheet: WishSheet) -> list[CodeSlip]:
    """Slips of wishes noted a moment ago, whose codes are still at hand."""
    slips = [
        CodeSlip(
            row.number, masking.name(row.voice.name), row.community.label, one.wish.code,
            one.follow_code,
        )
        for one, row in zip(noted, sheet.taken, strict=True)
    ]  # fmt: skip
    return sorted(slips, key=lambda each: (each.community, each.row))


def codes_pdf(slips: Sequence[CodeSlip], *, url: str) -> bytes:
    """Eight slips a page, before each community's a list to sign; `url`: where a code is typed."""
    return paper.render(
        TEMPLATE,
        {
            "title": gettext("心愿查询码"),
            "list_title": gettext("查询码签收表"),
            "url": url,
            "qr": paper.qr_svg(url) if url else "",
            "words": {
                "row": gettext("表格第 %s 行"),
                "code": gettext("公开编号"),
                "follow_code": gettext("查询码"),
                "how": gettext(
                    "扫码或打开网址，填写查询码，可以查进度、确认办结、作评价。请勿转给他人。"
                ),
                "columns": [
                    gettext("表格行号"),
                    gettext("心愿人"),
                    gettext("公开编号"),
                    gettext("签收"),
                ],
            },
            "groups": [
                {"community": community, "slips": [asdict(each) for each in of_it]}
                for community, of_it in groupby(slips, key=lambda each: each.community)
            ],
        },
    )
