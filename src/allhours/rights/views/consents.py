from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from allhours.accounts.choices import Role
from allhours.directory import pages
from allhours.directory.middleware import ActorRequest
from allhours.rights.queries.consents import register_for
from allhours.rights.tables import ConsentTable
from allhours.ui.lists import list_response


@login_required
def register(request: ActorRequest) -> HttpResponseBase:
    """Who consented to what, under which version, when, how, and whether it still holds."""
    actor = pages.actor_of(request, Role.COUNTY_OFFICER)
    return list_response(
        request,
        "rights/consents.html",
        rows=register_for(actor, pages.today()),
        table=ConsentTable,
        name=_("同意登记"),
        on_export=pages.journaled(request, "consents"),
    )
