from django.urls import path

from allhours.scheme import views

app_name = "scheme"
urlpatterns = [
    path("desk/scheme/", views.show, name="show"),
    path("desk/scheme/all/", views.whole, name="whole"),
    path("desk/scheme/versions/<int:number>/", views.version, name="version"),
    path("desk/scheme/<slug:code>/", views.section, name="section"),
]
