"""The acts that the audit trail knows."""

from __future__ import annotations

from django.db import models


class Action(models.TextChoices):
    """Name of an act, and what its event says that the person did."""

    STUDY_CREATED = "study.created", "created the study and became its coordinator"
    STUDY_EDITED = "study.edited", "set or changed settings of the study by hand"
    CRITERIA_SET = "criteria.set", "replaced the draft criteria"
    CRITERIA_EDITED = "criteria.edited", "wrote, changed or deleted a draft criterion by hand"
    ROLE_GRANTED = "role.granted", "gave a person a role in the study"
    READER_ENROLLED = "reader.enrolled", "enrolled a reader"
    VIDEOS_ALLOCATED = "videos.allocated", "drew the videos of each phase and the readers' orders"
    FORM_LOCKED = "form.locked", "locked the form"
    CASE_OPENED = "case.opened", "opened a case"
    ANSWER_SAVED = "answer.saved", "answered a criterion of a case"
    CASE_SUBMITTED = "case.submitted", "submitted a case"
    READING_REFUSED = "reading.refused", "tried to open, answer or submit a case and was refused"
    EXPORT = "results.exported", "exported results of the study"
