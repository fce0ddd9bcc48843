from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "portal"


def _coming(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("", _coming, name="public"), path("home/", _coming, name="home")]
