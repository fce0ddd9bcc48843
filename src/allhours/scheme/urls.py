from django.urls import URLPattern

app_name = "scheme"
urlpatterns: list[URLPattern] = []
