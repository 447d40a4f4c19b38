"""People around a study: acts on readers, deviations, invitations, the audit trail, calendars, tokens."""

from __future__ import annotations

from typing import Any

from tests.roles.table import Row, row

STUDY = "/studies/pelvis/"


def team(method: str, address: str, **by_person: Any) -> Row:
    """A page that the whole team sees."""
    by_person = {"coordinator": 200, "analyst": 200, "monitor": 200, "nobody": 302} | by_person
    return row(method, address, 404, **by_person)


def tried(address: str, **kwargs: Any) -> Row:
    """A POST: the service refuses whoever is no coordinator, and the page says so."""
    by_person = {"coordinator": 302, "analyst": 302, "monitor": 302, "nobody": 302}
    return row("POST", address, 404, form=True, **by_person | kwargs)


def coordinators(method: str, address: str, done: int, **kwargs: Any) -> Row:
    """An endpoint for coordinators; the rest of the team is refused."""
    return row(method, address, 404, coordinator=done, analyst=403, monitor=403, nobody=403, **kwargs)


API = "/api/v1/studies/pelvis/"
PAUSE = {"kind": "paused", "reason": "on leave"}
REASON = {"reason": "on leave"}

ROWS = {
    "readers:reader-act pause": tried(f"{STUDY}readers/R1/pause/", body=REASON),
    "readers:reader-act of another study": row(
        "POST", "/studies/hand/readers/R1/pause/", 404, nobody=302, form=True, body=REASON
    ),
    "readers:reader-act unknown": row("POST", f"{STUDY}readers/R1/dismiss/", 404, nobody=302, form=True),
    "readers:deviations": team("GET", f"{STUDY}deviations/"),
    "readers:deviations note": tried(f"{STUDY}deviations/", body={"text": "The screen was dimmed."}),
    "readers:deviations-file": team("GET", f"{STUDY}deviations.csv"),
    "readers:invitations": team("GET", f"{STUDY}invitations/", analyst=403, monitor=403),
    "readers:invitations invite": tried(
        f"{STUDY}invitations/",
        body={"email": "new@example.org", "role": "monitor"},
        analyst=403,
        monitor=403,
    ),
    "readers:invitation-act": tried(f"{STUDY}invitations/{{invitation}}/revoke/", analyst=403, monitor=403),
    "readers:invitation": row("GET", "/invitations/{token}/", 200),
    "readers:invitation forged": row("GET", "/invitations/WzEsIngiXQ:1abc:forged/", 410),
    "readers:audit": team("GET", f"{STUDY}audit/", analyst=403),
    "readers:audit-file": team("GET", f"{STUDY}audit.csv", analyst=403),
    "readers:archive": tried(f"{STUDY}archive/", body=REASON),
    "readers:renew-calendar": tried(f"{STUDY}calendar/"),
    "readers:settings": row("GET", "/read/settings/", 200, nobody=302),
    "readers:settings of another reader": row(
        "POST",
        "/read/settings/",
        404,
        form=True,
        body={"study": "pelvis", "code": "R1", "time_zone": "Europe/Madrid"},
        reader=302,
        nobody=302,
    ),
    "readers:calendar": row("GET", "/calendar/{feed}.ics", 200),
    "readers:calendar guessed": row("GET", "/calendar/guess.ics", 404),
    "readers:tokens": row("GET", "/tokens/", 200, nobody=302),
    "readers:token-revoke": row("POST", "/tokens/{api_token}/revoke/", 404, reader=302, nobody=302),
    "api-studies": row("GET", "/api/v1/studies/", 200, nobody=403),
    "api-readers": team("GET", f"{API}readers/", nobody=403),
    "api-reader-events": coordinators("POST", f"{API}readers/R1/events/", 201, body=PAUSE),
    "api-reminders": coordinators("POST", f"{API}readers/R1/reminders/", 502),  # no address to send it to
    "api-deviations": team("GET", f"{API}deviations/", nobody=403),
    "api-deviations note": coordinators("POST", f"{API}deviations/", 201, body={"text": "Dimmed."}),
    "api-invitations": coordinators("GET", f"{API}invitations/", 200),
    "api-invitations invite": coordinators(
        "POST", f"{API}invitations/", 201, body={"email": "new@example.org", "role": "monitor"}
    ),
    "api-resend": coordinators("POST", f"{API}invitations/{{invitation}}/resend/", 200),
    "api-revoke": coordinators("POST", f"{API}invitations/{{invitation}}/revoke/", 200),
    "api-audit": team("GET", f"{API}audit/", analyst=403, nobody=403),
    "api-audit-chain": team("GET", f"{API}audit/chain/", analyst=403, nobody=403),
    "api-archive": coordinators("POST", f"{API}archive/", 200, body={"archived": True, "reason": "over"}),
    "api-tokens": row("GET", "/api/v1/tokens/", 200, nobody=403),
    "api-tokens make": row("POST", "/api/v1/tokens/", 201, nobody=403, body={"name": "script"}),
    "api-token-revoke": row("POST", "/api/v1/tokens/{api_token}/revoke/", 404, reader=200, nobody=403),
}
