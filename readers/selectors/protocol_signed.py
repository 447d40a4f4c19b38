"""Whether a study's protocol is signed, without which none of its videos is opened for the first time."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable

from readers.models import Exposure, ProtocolVersion, Signature, Study
from readers.protocol.signing import Meaning


def is_settled(study: str) -> Q | Combinable:
    """Condition: the latest protocol of a study is signed, or its videos have been opened before.

    `study` is the path from the rows that are asked for to the study's key.
    """
    latest = ProtocolVersion.objects.filter(study=OuterRef("study")).order_by("-number").values("sha256")[:1]
    signed = Signature.objects.filter(
        study=OuterRef(study), void__isnull=True, meaning=Meaning.PROTOCOL, sha256=Subquery(latest)
    )
    begun = Exposure.objects.filter(assignment__reader__study=OuterRef(study))
    return Exists(signed) | Exists(begun)


def waits_for_signature(study: Study) -> bool:
    """Whether nobody can open a video of the study yet, because its protocol is not signed."""
    return study.sign_off_required and not Study.objects.filter(is_settled("pk"), pk=study.pk).exists()
