"""`manage.py load_reconstruction`: once, and safe to run again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from readers.models import Answer, Study
from readers.permissions import may_see_results


def test_loading_twice_changes_nothing_but_may_add_an_analyst(people: dict[str, User], capsys: Any) -> None:
    call_command("load_reconstruction")
    assert "nobody yet" in capsys.readouterr().out
    study = Study.objects.get(slug="paper-reconstruction")
    assert not may_see_results(user=people["analyst"], study=study)
    call_command("load_reconstruction", "--analyst", "analyst")
    call_command("load_reconstruction", "--analyst", "analyst")
    assert Study.objects.count() == 1
    assert Answer.objects.count() == 720
    assert may_see_results(user=people["analyst"], study=study)


def test_load_reconstruction_names_an_unknown_user(db: Any) -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody-here'"):
        call_command("load_reconstruction", "--analyst", "nobody-here")
    assert not Study.objects.exists()
