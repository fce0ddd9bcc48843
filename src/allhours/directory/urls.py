from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

app_name = "directory"
urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("allhours.directory.urls_roster"):
    urlpatterns.append(path("", include("allhours.directory.urls_roster")))
