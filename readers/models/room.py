"""The address under which a study's readers meet."""

from __future__ import annotations

import uuid

from django.db import models

from readers.models.study import Study


class Room(models.Model):
    """One opaque id a study: readers' addresses use it, since slug and title may name the groups."""

    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="room")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return f"Room of {self.study}"
