"""A member as a reader may see them: which facts, how much of them, and in what words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import Role
from allhours.directory.models import Member
from allhours.directory.queries.members import facts_openable, may_edit
from allhours.scheme.schema import Scheme
from allhours.ui.parts import Fact


def open_buttons(member: Member, actor: Actor) -> list[tuple[str, str]]:
    """The sealed facts that are there and that the reader may open: (name, word)."""
    words = {"id_number": _("公民身份号码"), "phone": _("手机号码")}
    there = {"id_number": member.id_number_sealed, "phone": member.phone_sealed}
    openable = facts_openable(actor, member)
    return [(name, word) for name, word in words.items() if name in openable and there[name]]


def member_facts(
    member: Member, actor: Actor, scheme: Scheme, opened: Mapping[str, str]
) -> list[Fact]:
    """The roster's facts. A community sees who serves there and the masked phone, not the rest."""
    rows = [
        Fact(_("编号"), member.member_no),
        Fact(_("单位"), member.unit.name),
        Fact(_("所在党支部"), member.branch.name if member.branch else ""),
        Fact(_("职务"), member.position),
        Fact(_("人员类别"), member.get_category_display()),
        Fact(_("性别"), member.get_sex_display()),
    ]
    if may_edit(actor, member) or actor.holds(Role.INSPECTOR):
        rows += _roster_facts(member)
    rows += _sealed_facts(member, actor, opened)
    rows += [
        Fact(_("服务社区"), member.serving_community.name if member.serving_community else ""),
        Fact(_("居住社区"), _residence(member)),
    ]
    if may_edit(actor, member):
        rows.append(Fact(_("现居住地"), member.address))
    rows += card_facts(member, scheme)
    return [fact if fact.value else Fact(fact.label, "—") for fact in rows]


def _roster_facts(member: Member) -> list[Fact]:
    return [
        Fact(_("民族"), member.nation_name),
        Fact(_("出生日期"), _day(member.birth_date)),
        Fact(_("学历"), member.get_education_display()),
        Fact(_("入党日期"), _day(member.joined_party_on)),
        Fact(_("转正日期"), _day(member.full_member_on)),
        Fact(_("入册日期"), _day(member.registered_on)),
        *([Fact(_("离开日期"), _day(member.left_on))] if member.left_on else []),
    ]


def _sealed_facts(member: Member, actor: Actor, opened: Mapping[str, str]) -> list[Fact]:
    """Masked, or in plain where it was opened by this request."""
    openable = facts_openable(actor, member)
    rows = []
    if "id_number" in openable:
        value = opened.get("id_number") or member.id_number_masked
        rows.append(Fact(_("公民身份号码"), value))
    if "phone" in openable:
        rows.append(Fact(_("手机号码"), opened.get("phone") or member.phone_masked))
    return rows


def _residence(member: Member) -> str:
    if member.residence is None:
        return ""
    name = member.residence.name
    return name if member.residence_confirmed else _("%s（待确认）") % name


def card_facts(member: Member, scheme: Scheme) -> list[Fact]:
    """The information card: the scheme's words for the codes chosen."""
    skills = titles(member.skills, [(c.code, c.title) for c in scheme.roster.skills])
    return [
        Fact(_("特长"), _("；").join(filter(None, [skills, member.skills_text]))),
        Fact(
            _("服务意愿"),
            titles(member.wishes_to_serve, list(scheme.menu.titles.items())),
        ),
        Fact(
            _("可服务时间"),
            titles(member.free_time, [(c.code, c.title) for c in scheme.roster.free_times]),
        ),
    ]


def titles(codes: Iterable[str], known: Iterable[tuple[str, str]]) -> str:
    words = dict(known)
    return _("、").join(words.get(code, code) for code in codes)


def _day(day: object) -> str:
    return str(day) if day else ""
