"""The ledger: bare facts under a number, which stay; and reasons in words, which go."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import COUNTY_ROLES, Role
from allhours.rights import words
from allhours.rights.choices import SubjectKind
from allhours.rights.holdings import (
    Holding,
    Part,
    fact,
    holds_nothing_personal,
    of_member,
    register,
    stays,
)

register(
    Holding(
        code="ledger",
        title=_("服务台账"),
        subjects=(SubjectKind.MEMBER,),
        purpose=_("如实记录志愿服务，供汇总和出具证明"),
        basis=words.SERVICE,
        source=_("由出勤、心愿、写实确认后记入"),
        seen_by=("self", *sorted(COUNTY_ROLES), Role.UNIT_SECRETARY, Role.COMMUNITY_SECRETARY),
        order=40,
        parts=(
            Part(
                "ledger.Entry",
                of_member(),
                (
                    fact("member_no", _("编号")),
                    fact("on", _("日期")),
                    fact("kind", _("类别")),
                    fact("minutes", _("分钟")),
                    fact("minutes_off", _("其中工作时间外")),
                    fact("quantity", _("件数")),
                    fact("unit_code", _("当日单位")),
                    fact("community_code", _("当日社区")),
                    fact("recorded_at", _("记入时间")),
                    *stays("member source_kind source_key recorded_by chain"),
                ),
            ),
            Part(
                "ledger.ReversalReason",
                of_member("entry__member"),
                (fact("text", _("冲销原因"), erased="", free=True),),
            ),
        ),
    )
)
holds_nothing_personal(
    {
        "ledger.Head": "a number's chain: an id and a digest",
        "ledger.Seal": "sums and digests",
        "ledger.SealedHead": "how far a number's chain had grown",
    }
)
