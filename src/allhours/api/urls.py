from __future__ import annotations

from django.urls import path, re_path

from allhours.api import views
from allhours.api.frame import framed, url_patterns
from allhours.api.v1 import PREFIX, api

app_name = "api"
urlpatterns = [
    path(PREFIX, views.reference, name="reference"),
    path(PREFIX + "openapi.json", framed(views.openapi), name="openapi"),
    *url_patterns(api),
    re_path(r"^api/", framed(views.unknown), name="unknown"),
    path("me/account/tokens/", views.tokens, name="tokens"),
    path("me/account/tokens/<int:pk>/revoke/", views.revoke, name="revoke-token"),
]
