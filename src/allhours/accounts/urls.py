from django.urls import path

from allhours.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("activate/", views.activate, name="activate"),
    path("me/account/", views.account, name="account"),
    path("me/account/preferences/", views.preferences, name="preferences"),
    path("me/account/password/", views.password, name="password"),
    path("desk/journal/", views.journal, name="journal"),
]
