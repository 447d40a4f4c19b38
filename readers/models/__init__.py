"""Study, its people, criteria and videos; assignments; the append-only record of what was seen and said."""

from readers.models.action import Action
from readers.models.allocation import Allocation
from readers.models.answer import Answer
from readers.models.assignment import Assignment
from readers.models.audit_event import AuditEvent
from readers.models.criterion import Criterion
from readers.models.display_check import DisplayCheck
from readers.models.exposure import Exposure
from readers.models.membership import Membership
from readers.models.observation import Observation
from readers.models.protocol_version import ProtocolVersion
from readers.models.reader import Reader
from readers.models.retraction import Retraction
from readers.models.room import Room
from readers.models.room_act import RoomAct
from readers.models.signature import Signature
from readers.models.study import Study
from readers.models.study_video import StudyVideo
from readers.models.submission import Submission
from readers.models.void import Void

__all__ = [
    "Action",
    "Allocation",
    "Answer",
    "Assignment",
    "AuditEvent",
    "Criterion",
    "DisplayCheck",
    "Exposure",
    "Membership",
    "Observation",
    "ProtocolVersion",
    "Reader",
    "Retraction",
    "Room",
    "RoomAct",
    "Signature",
    "Study",
    "StudyVideo",
    "Submission",
    "Void",
]
