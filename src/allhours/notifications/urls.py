from django.urls import path

from allhours.notifications import views

app_name = "notifications"
urlpatterns = [
    path("me/notices/", views.inbox, name="inbox"),
    path("me/notices/read/", views.read_all, name="read-all"),
    path("me/notices/<int:pk>/read/", views.read, name="read"),
]
