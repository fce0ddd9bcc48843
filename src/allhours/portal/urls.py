from django.urls import path

from allhours.portal.views import desk, me, public

app_name = "portal"
urlpatterns = [
    path("", public.front, name="public"),
    path("help/", public.help_page, name="help"),
    path("home/", public.home, name="home"),
    path("screen/", public.screen, name="screen"),
    path("me/", me.today, name="today"),
    path("me/more/", me.more, name="me"),
    path("me/duties/<slug:code>/", me.duty, name="duty"),
    path("desk/", desk.inbox, name="desk"),
    path("desk/county/", desk.county, name="county"),
]
