"""A production server whose people sign in at their hospital: an OpenID Connect provider is one more part."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path

from tests.production.stack import Part, Stack
from tests.rabbitmq import free_port

READER = {"sub": "ada-17", "name": "Ada Lovelace", "email": "ada@hospital.example"}


class Hospital(Stack):
    """All parts: PostgreSQL, RabbitMQ, gunicorn, nginx with TLS, a Celery worker and the provider."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, with_broker=True)
        port = free_port()
        # An address in numbers: a name that the site has, and its promise to keep to TLS, would cover both.
        address = f"http://127.0.0.1:{port}"
        self.environment |= {
            "COUNTERPART_OIDC_URL": address,
            "COUNTERPART_OIDC_NAME": "General Hospital",
            "COUNTERPART_OIDC_ID": "counterpart",
            "COUNTERPART_OIDC_SECRET": "shared",
        }
        command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
        self.parts["provider"] = Part(
            "provider",
            [*command, "--user-claims", json.dumps(READER)],
            lambda: _answers(f"{address}/.well-known/openid-configuration"),
            dict(os.environ),
        )
        self.serving.append("provider")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False
