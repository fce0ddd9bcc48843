from django.urls import path

from allhours.portal.views import desk, me, projects, public

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
    path("projects/", projects.public, name="projects"),
    path("projects/<slug:code>/", projects.public_show, name="public-project"),
    path("desk/projects/<slug:code>/", projects.show, name="project"),
    path("desk/projects/<slug:code>/rows/", projects.rows, name="project-rows"),
    path("desk/gather/<slug:kind>/<slug:code>/", projects.gather_one, name="gather"),
    path("desk/projects/<slug:code>/gather/", projects.gather, name="project-gather"),
    path("desk/county/", desk.county, name="county"),
]
