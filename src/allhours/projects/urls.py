"""`portal:project` and the public pages show what came of a project: they are the portal's."""

from __future__ import annotations

from django.urls import path

from allhours.projects import views

app_name = "projects"
urlpatterns = [
    path("desk/projects/", views.listed, name="list"),
    path("desk/projects/new/", views.new, name="new"),
    path("desk/projects/<slug:code>/edit/", views.edit, name="edit"),
    path("desk/projects/<slug:code>/end/", views.end, name="end"),
    path("desk/projects/<slug:code>/shown/", views.shown, name="shown"),
]
