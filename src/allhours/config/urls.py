"""Every address begins in the app whose page it is; each app's urls.py holds full paths."""

from django.urls import include, path

handler400 = "allhours.ui.views.bad_request"
handler403 = "allhours.ui.views.permission_denied"
handler404 = "allhours.ui.views.page_not_found"
handler500 = "allhours.ui.views.server_error"

urlpatterns = [
    path("", include("allhours.projects.urls")),
    path("", include("allhours.portal.urls")),
    path("", include("allhours.ui.urls")),
    path("", include("allhours.accounts.urls")),
    path("", include("allhours.jobs.urls")),
    path("", include("allhours.scheme.urls")),
    path("", include("allhours.directory.urls")),
    path("", include("allhours.notifications.urls")),
    path("", include("allhours.rights.urls")),
    path("", include("allhours.placement.urls")),
    path("", include("allhours.needs.urls")),
    path("", include("allhours.activities.urls")),
    path("", include("allhours.reports.urls")),
    path("", include("allhours.api.urls")),
]
