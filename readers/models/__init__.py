"""Study, its people, criteria and videos; assignments; the append-only record of what was seen and said."""

from readers.models.action import Action
from readers.models.allocation import Allocation
from readers.models.answer import Answer
from readers.models.api_token import ApiToken
from readers.models.assignment import Assignment
from readers.models.audit_event import AuditEvent
from readers.models.calendar_feed import CalendarFeed
from readers.models.criterion import Criterion
from readers.models.deviation import Deviation
from readers.models.display_check import DisplayCheck
from readers.models.exposure import Exposure
from readers.models.invitation import Invitation
from readers.models.membership import Membership
from readers.models.observation import Observation
from readers.models.prefetch import Prefetch
from readers.models.protocol_version import ProtocolVersion
from readers.models.reader import Reader
from readers.models.reader_event import ReaderEvent
from readers.models.reminder_sent import ReminderSent
from readers.models.retraction import Retraction
from readers.models.room import Room
from readers.models.room_act import RoomAct
from readers.models.signature import Signature
from readers.models.study import Study
from readers.models.study_draft import StudyDraft
from readers.models.study_event import StudyEvent
from readers.models.study_video import StudyVideo
from readers.models.submission import Submission
from readers.models.unlock import Unlock
from readers.models.viewing_event import ViewingEvent
from readers.models.void import Void

__all__ = [
    "Action",
    "Allocation",
    "Answer",
    "ApiToken",
    "Assignment",
    "AuditEvent",
    "CalendarFeed",
    "Criterion",
    "Deviation",
    "DisplayCheck",
    "Exposure",
    "Invitation",
    "Membership",
    "Observation",
    "Prefetch",
    "ProtocolVersion",
    "Reader",
    "ReaderEvent",
    "ReminderSent",
    "Retraction",
    "Room",
    "RoomAct",
    "Signature",
    "Study",
    "StudyDraft",
    "StudyEvent",
    "StudyVideo",
    "Submission",
    "Unlock",
    "ViewingEvent",
    "Void",
]
