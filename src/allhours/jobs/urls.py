from django.urls import path

from allhours.jobs import health, system, views

app_name = "jobs"
urlpatterns = [
    path("desk/jobs/", views.list_jobs, name="list"),
    path("desk/jobs/<str:code>/", views.show, name="show"),
    path("desk/jobs/<str:code>/progress/", views.progress, name="progress"),
    path("desk/jobs/<str:code>/cancel/", views.cancel, name="cancel"),
    path("desk/jobs/<str:code>/file/", views.take_file, name="file"),
    path("desk/system/", system.system, name="system"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
