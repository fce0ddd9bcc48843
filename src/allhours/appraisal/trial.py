"""What `scheme try` compares: the duties of a year under the law in force and under a draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.appraisal import duties, queries
from allhours.scheme.schema import Scheme
from allhours.scheme.trials import Moved
from allhours.scheme.worktime import programme_year

BATCH = 500
Results = dict[str, tuple[str, bool]]  # duty code -> title, met


def moved(before: Scheme, draft: Scheme, year: int, on: date) -> list[Moved]:
    """Members who would meet a duty that they do not meet now, or the other way round."""
    members = queries.members_with_duties(Actor.system("scheme try"), on=on)
    people = list(members.order_by("member_no").values_list("pk", "member_no"))
    found: list[Moved] = []
    for start in range(0, len(people), BATCH):
        part = people[start : start + BATCH]
        ids = [pk for pk, _no in part]
        now, then = (_results(scheme, ids, year, on) for scheme in (before, draft))
        for pk, member_no in part:
            found += _differing(member_no, now[pk], then[pk])
    return found


def _results(scheme: Scheme, members: list[int], year: int, on: date) -> dict[int, Results]:
    period = programme_year(year, scheme.year)
    facts = queries.service_facts(members, period)
    return {
        member: {
            progress.duty.code: (progress.duty.title, progress.met)
            for progress in duties.evaluate(
                scheme.duties, facts.get(member, []), year=period, on=on
            )
        }
        for member in members
    }


def _differing(member_no: str, now: Results, then: Results) -> Iterator[Moved]:
    for code in {**now, **then}:
        title = (then.get(code) or now[code])[0]
        before, after = _word(now.get(code)), _word(then.get(code))
        if before != after:
            yield Moved(member_no, title, before, after)


def _word(result: tuple[str, bool] | None) -> str:
    if result is None:
        return _("无此任务")
    return _("已完成") if result[1] else _("未完成")
