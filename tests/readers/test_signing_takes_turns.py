"""A signature and an unlock of what is signed take turns: whichever comes second sees what the first did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from readers import errors
from readers.models import Signature
from readers.selectors.signatures import answers_sha256, changed_signatures
from readers.services.signing import sign
from readers.services.unlock import unlock_case
from tests.readers.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_answers_that_are_opened_while_they_are_signed_are_not_signed(blinded):
    reader = blinded.readers[0]
    for case in blinded.cases(reader, "blinded"):
        blinded.read(case, {"ring": 4, "distance": 2})
    sha256 = answers_sha256(reader)

    def sign_answers():
        try:
            return sign(
                study=blinded.study, by=reader.user, meaning="answers", sha256=sha256, password=PASSWORD
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            unlock_case(public_id=case.public_id, reason="A slip.", by=blinded.coordinator)
            signing = pool.submit(sign_answers)
            with pytest.raises(TimeoutError):
                signing.result(timeout=1.5)
        with pytest.raises((errors.NothingToSign, errors.RecordChanged)):
            signing.result(timeout=30)
    assert not Signature.objects.filter(meaning="answers").exists()
    assert changed_signatures(blinded.study) == []
