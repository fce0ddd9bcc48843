from django.urls import path

from allhours.activities.views import attendance, desk, member, notes, public, record

app_name = "activities"

one = "<slug:code>/"
public_urls = [
    path("activities/", public.upcoming, name="public"),
    path(f"activities/{one}", public.show, name="show"),
    path(f"activities/{one}sign-up/", member.sign_up, name="sign_up"),
    path(f"activities/{one}withdraw/", member.withdraw, name="withdraw"),
]
member_urls = [
    path("me/activities/", member.mine, name="mine"),
    path("me/notes/", notes.mine, name="my_notes"),
    path("me/notes/new/", notes.new, name="note_new"),
    path("me/notes/<int:pk>/", notes.show, name="note"),
    path("me/notes/<int:pk>/change/", notes.change, name="note_change"),
    path("me/notes/<int:pk>/withdraw/", notes.withdraw, name="note_withdraw"),
    path("me/record/", record.mine, name="record"),
    path("me/record/<int:pk>/", record.entry, name="entry"),
]
desk_urls = [
    path("desk/activities/", desk.activities, name="desk"),
    path("desk/activities/calendar/", desk.calendar, name="calendar"),
    path("desk/activities/new/", desk.new, name="new"),
    path(f"desk/activities/{one}", desk.manage, name="manage"),
    path(f"desk/activities/{one}edit/", desk.edit, name="edit"),
    path(f"desk/activities/{one}publish/", desk.publish, name="publish"),
    path(f"desk/activities/{one}cancel/", desk.cancel, name="cancel"),
    path(f"desk/activities/{one}outcomes/", desk.outcomes, name="outcomes"),
    path(f"desk/activities/{one}attendance/", attendance.sheet, name="attendance"),
    path(f"desk/activities/{one}attendance/people/", attendance.people, name="people"),
    path(
        f"desk/activities/{one}attendance/<int:pk>/confirm/",
        attendance.confirm,
        name="attendance_confirm",
    ),
    path("desk/notes/", notes.desk, name="notes"),
    path("desk/notes/confirm/", notes.confirm_many, name="notes_confirm"),
    path("desk/notes/<int:pk>/", notes.desk_show, name="note_desk"),
    path("desk/notes/<int:pk>/confirm/", notes.confirm, name="note_confirm"),
    path("desk/notes/<int:pk>/return/", notes.send_back, name="note_return"),
    path("desk/notes/<int:pk>/reopen/", notes.reopen, name="note_reopen"),
]
urlpatterns = [*public_urls, *member_urls, *desk_urls]
