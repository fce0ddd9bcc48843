from django.urls import path

from allhours.scheme import views

app_name = "scheme"
urlpatterns = [
    path("desk/scheme/", views.show, name="show"),
    path("desk/scheme/versions/<int:number>/", views.version, name="version"),
]
