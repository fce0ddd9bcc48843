from django.urls import path
from django.views.i18n import set_language

from allhours.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/preferences/", views.preferences, name="preferences"),
    path("ui/language/", set_language, name="language"),
    path("ui/gallery/", views.gallery, name="gallery"),
]
