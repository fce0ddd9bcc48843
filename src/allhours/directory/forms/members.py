"""A member as the unit corrects them, and as they describe themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from allhours.accounts.actor import Actor
from allhours.directory.choices import NATIONS, Category, Education, OrgKind, Sex
from allhours.directory.models import Member, MemberQuerySet, Organization
from allhours.directory.queries import organizations
from allhours.directory.roster import cells
from allhours.directory.roster.cells import Wrong
from allhours.scheme.schema import Scheme
from allhours.ui.widgets import CheckboxChips, DateInput, PhoneInput, SegmentedRadio

PARTY = frozenset({OrgKind.BRANCH, OrgKind.GENERAL_BRANCH, OrgKind.PARTY_COMMITTEE})
NATION_CHOICES = [("", "—"), *((code, f"{name}族") for code, name in NATIONS.items())]


class MobileField(forms.CharField):
    """A phone, normalised as the roster does it."""

    widget = PhoneInput

    def clean(self, value: Any) -> str:
        read = cells.phone(super().clean(value))
        if isinstance(read, Wrong):
            raise forms.ValidationError(_("手机号码不正确，应为 11 位数字。"))
        return read or ""


class IdNumberField(forms.CharField):
    def clean(self, value: Any) -> str:
        read = cells.id_number(super().clean(value))
        if isinstance(read, Wrong):
            raise forms.ValidationError(_("公民身份号码不正确，请核对 18 位号码。"))
        return read or ""


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What the roster says. The sealed facts are only ever written, never shown here."""

    nation = forms.TypedChoiceField(
        label=_("民族"), choices=NATION_CHOICES, coerce=int, empty_value=None, required=False
    )
    id_number = IdNumberField(
        label=_("公民身份号码"),
        required=False,
        max_length=30,
        help_text=_("不更改则留空。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = MobileField(
        label=_("手机号码"), required=False, max_length=30, help_text=_("不更改则留空。")
    )

    class Meta:
        model = Member
        fields = (
            "name", "sex", "nation", "birth_date", "education", "category", "branch", "position",
            "joined_party_on", "full_member_on", "is_retired", "address", "residence", "remarks",
        )  # fmt: skip
        widgets = {
            "sex": SegmentedRadio,
            "birth_date": DateInput,
            "joined_party_on": DateInput,
            "full_member_on": DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.instance.unit
        self.set_choices("branch", organizations.under(unit, PARTY), _("所在党支部"))
        self.set_choices("residence", organizations.communities(), _("居住社区"))
        blank = [("", "—")]
        self.set_words("sex", Sex.choices)
        self.set_words("category", Category.choices)
        self.set_words("education", [*blank, *Education.choices])

    def set_choices(self, name: str, queryset: Any, label: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - a foreign key's field
        field.queryset, field.label, field.required = queryset, label, False
        field.empty_label = "—"

    def set_words(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - a field with choices
        field.choices = choices

    def facts(self) -> dict[str, Any]:
        """The values for the action; the form itself saves nothing."""
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action compares it with what was entered."""


class CardForm(forms.Form):
    """The information card: only what the scheme leaves to the member."""

    phone = MobileField(
        label=_("手机号码"), required=False, max_length=30, help_text=_("不更改则留空。")
    )
    address = forms.CharField(
        label=_("现居住地"), required=False, max_length=200,
        help_text=_("写到小区即可，用来确定您所在的社区。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    residence: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        None, label=_("居住社区"), required=False, empty_label=_("不清楚"),
        help_text=_("更改后由单位或社区核实。"),
    )  # fmt: skip
    skills = forms.MultipleChoiceField(label=_("特长"), required=False, widget=CheckboxChips)
    skills_text = forms.CharField(label=_("特长说明"), required=False, max_length=200)
    wishes_to_serve = forms.MultipleChoiceField(
        label=_("服务意愿"), required=False, widget=CheckboxChips
    )
    own_post = forms.CharField(
        label=_("项目外岗位"), required=False, max_length=60,
        help_text=_("菜单里没有、您愿意做的服务，例如“教老人用手机”。"),
    )  # fmt: skip
    free_time = forms.MultipleChoiceField(
        label=_("可服务时间"), required=False, widget=CheckboxChips
    )

    # The scheme names columns; these are their fields here.
    COLUMNS = {
        "手机号码": ("phone",),
        "现居住地": ("address", "residence"),
        "特长": ("skills", "skills_text"),
        "服务意愿": ("wishes_to_serve", "own_post"),
    }

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = scheme.menu.choices_per_member
        self._choose("skills", [(c.code, c.title) for c in scheme.roster.skills])
        self._choose("free_time", [(c.code, c.title) for c in scheme.roster.free_times])
        self._choose("wishes_to_serve", [(i.code, i.title) for i in scheme.menu.items])
        self.fields["wishes_to_serve"].help_text = _("最多选 %(most)d 项。") % {"most": self.most}
        residence = self.fields["residence"]
        assert isinstance(residence, forms.ModelChoiceField)  # noqa: S101 - declared above
        residence.queryset = organizations.communities()
        if not scheme.menu.outside_allowed:
            del self.fields["own_post"]
        for column, names in self.COLUMNS.items():
            if column not in scheme.roster.card_fields_by_member:
                for name in names:
                    self.fields.pop(name, None)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """The scheme's choices; what an older scheme offered stays while it is chosen."""
        known = {code for code, _title in choices}
        old = [(code, code) for code in self.initial.get(name) or [] if code not in known]
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [*choices, *old]
        if not field.choices:
            del self.fields[name]

    def clean_wishes_to_serve(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["wishes_to_serve"]
        if len(chosen) > self.most:
            raise forms.ValidationError(
                _("服务意愿最多选 %(most)d 项，请取消几项。"), params={"most": self.most}
            )
        return chosen


class OpenFactForm(forms.Form):
    """For what an ID number or a phone is opened."""

    purpose = forms.ChoiceField(label=_("用途"))

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        purposes = [(c.code, c.title) for c in scheme.privacy.opening_purposes]
        field.choices = [("", str(_("请选择"))), *(purposes or [("verify", str(_("核对身份")))])]


class SlipSheetForm(forms.Form):
    """For whom slips are printed: one unit, or all whose roster the actor keeps."""

    unit: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        None, label=_("单位"), required=False, empty_label=_("全部")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = organizations.seats_for(actor, frozenset({OrgKind.UNIT}))


PLACED = [("yes", _("已编入")), ("no", _("未编入"))]
ON_ROSTER = [("on", _("在册")), ("left", _("已离开"))]


class MemberFilter(FilterSet):
    q = CharFilter(label=_("姓名或编号"), method="named")
    unit = ModelChoiceFilter(
        label=_("单位"), empty_label=_("全部"), queryset=lambda request: _units(request)
    )
    serving_community = ModelChoiceFilter(
        label=_("服务社区"), empty_label=_("全部"), queryset=lambda request: _communities(request)
    )
    category = ChoiceFilter(label=_("人员类别"), empty_label=_("全部"), choices=Category.choices)
    placed = ChoiceFilter(
        label=_("编入社区"), empty_label=_("全部"), choices=PLACED, method="is_placed"
    )
    roster = ChoiceFilter(
        label=_("名册"), empty_label=_("全部"), choices=ON_ROSTER, method="on_roster"
    )

    def named(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        text = cells.plain(value)
        return rows.filter(
            Q(name__contains=text) | Q(member_no=text) | Q(pinyin__startswith=text.lower())
        )

    def is_placed(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        return rows.filter(serving_community__isnull=value == "no")

    def on_roster(self, rows: MemberQuerySet, name: str, value: str) -> MemberQuerySet:
        return rows.filter(left_on__isnull=value == "on")


def _units(request: Any) -> Any:
    actor: Actor = request.actor
    return organizations.seats_for(actor, frozenset({OrgKind.UNIT}))


def _communities(request: Any) -> Any:
    return organizations.communities_visible_to(request.actor)
