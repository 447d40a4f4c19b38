"""Addresses of signing in and of one's own account. Their names are the ones by which allauth calls them."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as sso
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import path

from counterpart.sign_in import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-in/with/new/", sso.signup, name="socialaccount_signup"),
    path("sign-in/with/cancelled/", sso.login_cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/with/failed/", sso.login_error, name="socialaccount_login_error"),
    path("sign-in/with/<slug:provider_id>/", views.single_sign_on, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", openid_connect.callback, name="openid_connect_callback"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("account/", mfa.index, name="mfa_index"),
    path("account/password/", views.OwnPassword.as_view(), name="account_change_password"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/app/", app.activate_totp, name="mfa_activate_totp"),
    path("account/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/sessions/<int:pk>/end/", views.session_end, name="session-end"),
    path("account/sign-ins/", sso.connections, name="socialaccount_connections"),
]
