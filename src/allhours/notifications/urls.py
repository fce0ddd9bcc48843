from django.urls import path

from allhours.notifications.views import inbox, outbox, settings

app_name = "notifications"
urlpatterns = [
    path("me/notices/", inbox.inbox, name="inbox"),
    path("me/notices/read/", inbox.read_all, name="read-all"),
    path("me/notices/undo/", inbox.undo_read, name="undo-read"),
    path("me/notices/<int:pk>/read/", inbox.read, name="read"),
    path("me/notices/<int:pk>/unread/", inbox.unread, name="unread"),
    path("me/notices/settings/", settings.settings, name="settings"),
    path("me/notices/settings/address/", settings.ask, name="ask"),
    path("me/notices/settings/code/", settings.code, name="code"),
    path("me/notices/settings/choices/", settings.choose, name="choose"),
    path("me/notices/settings/remove/", settings.remove, name="remove"),
    path("me/notices/settings/resume/", settings.resume, name="resume"),
    path("notices/confirm/<str:code>/", settings.confirm, name="confirm"),
    path("notices/stop/<str:token>/", settings.stop, name="stop"),
    path("desk/outbox/", outbox.show, name="outbox"),
    path("desk/outbox/test/", outbox.test, name="outbox-test"),
    path("desk/outbox/retry/", outbox.retry, name="outbox-retry"),
]
