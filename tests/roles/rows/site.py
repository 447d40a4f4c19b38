"""Addresses of the site as a whole. Everybody who is signed in may read the API's description;
whoever watches the server is nobody to it."""

from __future__ import annotations

from tests.roles.table import row

ROWS = {
    "home": row("GET", "/", 302),
    "livez": row("GET", "/livez", 200),
    "readyz": row("GET", "/readyz", 200),
    "metrics": row("GET", "/metrics", 404),
    "help": row("GET", "/help/", 200),
    "set_language": row("POST", "/language/", 302, body={"language": "es", "next": "/"}, form=True),
    "api-schema": row("GET", "/api/v1/schema/", 200, nobody=403),
    "api-docs": row("GET", "/api/v1/docs/", 200, nobody=403),
}
