from django.urls import path

from allhours.accounts.views import account, journal, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("activate/", sign_in.activate, name="activate"),
    path("me/account/", account.account, name="account"),
    path("me/account/security/", account.account, name="security"),
    path("me/account/preferences/", account.preferences, name="preferences"),
    path("me/account/password/", account.password, name="password"),
    path("desk/journal/", journal.journal, name="journal"),
]
