from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from allhours.directory import urls_changes
from allhours.directory.views import (
    appointments,
    card,
    members,
    offices,
    openings,
    organizations,
    people,
)

app_name = "directory"

member_urls = [
    path("", members.member, name="member"),
    path("edit/", members.member_edit, name="member-edit"),
    path("slip/", members.member_slip, name="member-slip"),
    path("residence/", members.residence_confirmed, name="member-residence"),
    path("open/<slug:fact>/", members.open_fact, name="member-open"),
]
organization_urls = [
    path("", organizations.organization, name="organization"),
    path("edit/", organizations.edit, name="organization-edit"),
    path("new/", organizations.found, name="organization-new"),
    path("close/", organizations.close, name="organization-close"),
]
appointment_urls = [
    path("", appointments.appointment, name="appointment"),
    path("approve/", appointments.approve, name="appointment-approve"),
    path("decline/", appointments.decline, name="appointment-decline"),
    path("withdraw/", appointments.withdraw, name="appointment-withdraw"),
    path("end/", appointments.end, name="appointment-end"),
    path("slip/", people.staff_slip, name="staff-slip"),
    path("lock/", people.lock, name="account-lock"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(urls_changes)),
    path("me/card/", card.card, name="card"),
    path("desk/members/", members.members, name="members"),
    path("desk/members/slips/", members.slip_sheet, name="slips"),
    path("desk/members/<slug:member_no>/", include(member_urls)),
    path("desk/organizations/", organizations.tree, name="organizations"),
    path("desk/organizations/import/", organizations.upload, name="orgs-import"),
    path("desk/organizations/at/<str:code>/", include(organization_urls)),
    path("desk/people/", people.people, name="people"),
    path("desk/people/appoint/", people.appoint, name="appoint"),
    path("desk/people/proposals/", appointments.proposals, name="proposals"),
    path("desk/people/of/<int:pk>/", people.person, name="offices-of"),
    path("desk/people/at/<str:code>/", people.place, name="offices-at"),
    path("me/openings/", openings.openings, name="openings"),
    path("me/offices/", offices.mine, name="my-offices"),
    path("me/offices/<int:pk>/delegate/", offices.delegate, name="delegate"),
    path("desk/people/<int:pk>/", include(appointment_urls)),
]
if find_spec("allhours.directory.urls_roster"):
    urlpatterns.append(path("", include("allhours.directory.urls_roster")))
