"""The whole scheme: this file and those it reads are the list of what a county may change."""

from __future__ import annotations

from dataclasses import dataclass, field

from allhours.scheme.schema.judgement import (
    Feedback,
    FormSpec,
    Honours,
    Notices,
    Retention,
    Scoring,
    Season,
    Sheets,
    Stars,
)
from allhours.scheme.schema.kinds import DUTY_KINDS, Duty
from allhours.scheme.schema.needs import Pledges, Suggestions, Wishes
from allhours.scheme.schema.people import (
    Demo,
    Identity,
    Organisations,
    Placement,
    Privacy,
    Reporting,
    Roster,
    Vocabulary,
)
from allhours.scheme.schema.rights import Rights
from allhours.scheme.schema.service import (
    Activities,
    Calendar,
    Households,
    Learning,
    Menu,
    Orders,
    WorkingHours,
    Year,
)
from allhours.scheme.schema.values import Code, Text


@dataclass(frozen=True)
class Scheme:
    """A county's law, parsed. Feature code receives the section it needs, never the whole."""

    code: Code = "neutral"
    title: Text = "在职党员进社区服务群众"
    summary: str = ""
    sources: tuple[str, ...] = ()
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    organisations: Organisations = field(default_factory=Organisations)
    year: Year = field(default_factory=Year)
    calendar: Calendar = field(default_factory=Calendar)
    working_hours: WorkingHours = field(default_factory=WorkingHours)
    roster: Roster = field(default_factory=Roster)
    reporting: Reporting = field(default_factory=Reporting)
    placement: Placement = field(default_factory=Placement)
    identity: Identity = field(default_factory=Identity)
    privacy: Privacy = field(default_factory=Privacy)
    forms: tuple[FormSpec, ...] = ()
    sheets: Sheets = field(default_factory=Sheets)
    menu: Menu = field(default_factory=Menu)
    wishes: Wishes = field(default_factory=Wishes)
    suggestions: Suggestions = field(default_factory=Suggestions)
    pledges: Pledges = field(default_factory=Pledges)
    activities: Activities = field(default_factory=Activities)
    orders: Orders = field(default_factory=Orders)
    households: Households = field(default_factory=Households)
    learning: Learning = field(default_factory=Learning)
    duties: tuple[Duty, ...] = field(default=(), metadata={"kinds": DUTY_KINDS})
    scoring: Scoring = field(default_factory=Scoring)
    stars: Stars = field(default_factory=Stars)
    feedback: Feedback = field(default_factory=Feedback)
    season: Season = field(default_factory=Season)
    honours: Honours = field(default_factory=Honours)
    notices: Notices = field(default_factory=Notices)
    retention: Retention = field(default_factory=Retention)
    rights: Rights = field(default_factory=Rights)
    demo: Demo = field(default_factory=Demo)
    #: Paths of values that the source leaves blank: a neutral default stands in.
    to_set: tuple[str, ...] = field(default=(), metadata={"derived": True})

    def duty(self, code: str) -> Duty | None:
        """The duty with this code, or None."""
        return next((duty for duty in self.duties if duty.code == code), None)

    def form(self, code: str) -> FormSpec | None:
        """The form with this code, or None."""
        return next((form for form in self.forms if form.code == code), None)
