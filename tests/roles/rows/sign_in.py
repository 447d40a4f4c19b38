"""Signing in and one's own account: the same for everybody, whatever the role."""

from __future__ import annotations

from tests.roles.table import Row, row


def own(address: str, status: int = 200) -> Row:
    """A page of one's own account."""
    return row("GET", address, status, nobody=302, form=True)


CONFIRM_FIRST = 302

ROWS = {
    "account_login": row("GET", "/sign-in/", 302, nobody=200, form=True),
    "account_logout": row("GET", "/sign-out/", 405, form=True),
    "mfa_authenticate": row("GET", "/sign-in/code/", 302, form=True),
    "mfa_login_webauthn": row("GET", "/sign-in/passkey/", 302, form=True),
    "account_inactive": row("GET", "/sign-in/closed/", 200, form=True),
    "socialaccount_signup": row("GET", "/sign-in/with/new/", 302, form=True),
    "socialaccount_login_cancelled": row("GET", "/sign-in/with/cancelled/", 200, form=True),
    "socialaccount_login_error": row("GET", "/sign-in/with/failed/", 401, form=True),
    "openid_connect_login": row("POST", "/sign-in/with/sso/", 404, form=True),
    "openid_connect_callback": row("GET", "/sign-in/with/sso/back/", 404, form=True),
    "mfa_index": own("/account/"),
    "account_change_password": own("/account/password/"),
    "account_reauthenticate": own("/account/confirm/"),
    "mfa_reauthenticate": own("/account/confirm/code/", 302),
    "mfa_reauthenticate_webauthn": own("/account/confirm/passkey/", 302),
    "mfa_activate_totp": own("/account/app/", CONFIRM_FIRST),
    "mfa_deactivate_totp": own("/account/app/remove/", 404),
    "mfa_view_recovery_codes": own("/account/recovery-codes/", 404),
    "mfa_generate_recovery_codes": own("/account/recovery-codes/new/", CONFIRM_FIRST),
    "mfa_list_webauthn": own("/account/passkeys/"),
    "mfa_add_webauthn": own("/account/passkeys/add/", CONFIRM_FIRST),
    "mfa_remove_webauthn": own("/account/passkeys/0/remove/", CONFIRM_FIRST),
    "sessions": own("/account/sessions/"),
    "session-end of nobody": row("POST", "/account/sessions/0/end/", 404, nobody=302, form=True),
    "socialaccount_connections": own("/account/sign-ins/"),
}
