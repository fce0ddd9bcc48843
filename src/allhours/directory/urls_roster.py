from django.urls import path

from allhours.directory.views import roster as views

urlpatterns = [
    path("desk/roster/", views.list_imports, name="roster"),
    path("desk/roster/new/", views.upload, name="roster-upload"),
    path("desk/roster/template/", views.template, name="roster-template"),
    path("desk/roster/<int:pk>/", views.show, name="roster-show"),
    path("desk/roster/<int:pk>/apply/", views.apply, name="roster-apply"),
    path("desk/roster/<int:pk>/review/", views.review, name="roster-review"),
    path("desk/roster/<int:pk>/discard/", views.discard, name="roster-discard"),
    path("desk/roster/<int:pk>/problems/", views.problems, name="roster-problems"),
]
