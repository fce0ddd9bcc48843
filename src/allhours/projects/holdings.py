"""Words about a project that may name somebody (`rights.holdings`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from allhours.accounts.choices import Role
from allhours.rights import words
from allhours.rights.holdings import Holding, Part, fact, nobody, register

register(
    Holding(
        code="projects",
        title=_("特色项目的介绍"),
        subjects=(),  # about a project; only its words may name somebody
        purpose=_("介绍项目做什么、成效如何；不以人为对象"),
        basis=words.DUTY,
        source=_("举办单位填写"),
        seen_by=("public", Role.COUNTY_OFFICER),
        order=55,
        parts=(
            Part(
                "projects.Project",
                nobody,
                (
                    fact("name", _("项目名称"), free=True),
                    fact("aim", _("做什么"), free=True),
                    fact("result", _("成效"), free=True),
                ),
            ),
        ),
    )
)
