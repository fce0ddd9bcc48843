from django.urls import include, path

from allhours.accounts.views import account, journal, keeping, second, security, sign_in

app_name = "accounts"

security_urls = [
    path("", security.security, name="security"),
    path("confirm/", security.confirm, name="confirm"),
    path("app/", security.totp, name="totp"),
    path("app/remove/", security.totp_remove, name="totp-remove"),
    path("passkeys/new/", security.passkey_add, name="passkey-add"),
    path("passkeys/<int:pk>/remove/", security.passkey_remove, name="passkey-remove"),
    path("codes/", security.recovery_codes, name="recovery-codes"),
    path("sessions/end/", security.session_end, name="session-end"),
]
keeping_urls = [
    path("", keeping.account, name="kept-account"),
    path("unlock/", keeping.unlock, name="unlock"),
    path("reset/", keeping.reset, name="reset-factors"),
    path("active/", keeping.set_active, name="set-active"),
]
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/second/", second.second, name="second"),
    path("sign-in/passkey/", second.passkey, name="passkey-sign-in"),
    path("sign-in/resume/", second.resume, name="resume"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("activate/", sign_in.activate, name="activate"),
    path("me/account/", account.account, name="account"),
    path("me/account/security/", include(security_urls)),
    path("me/account/preferences/", account.preferences, name="preferences"),
    path("me/account/password/", account.password, name="password"),
    path("desk/accounts/", keeping.accounts, name="accounts"),
    path("desk/accounts/<int:pk>/", include(keeping_urls)),
    path("desk/journal/", journal.journal, name="journal"),
    path("desk/journal/export/", journal.export, name="journal-export"),
    path("desk/sign-ins/", journal.sign_ins, name="sign-ins"),
]
