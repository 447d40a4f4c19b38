-- What only a person in the right place can do, held by the database too (SQLite). One statement a paragraph.
CREATE TRIGGER readers_prefetch_by_participant BEFORE INSERT ON readers_prefetch
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id AND (s.archived_at IS NOT NULL OR (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = r.id ORDER BY e.id DESC LIMIT 1
    ) IN ('paused', 'withdrawn', 'replaced'))
)
BEGIN SELECT RAISE(ABORT, 'prefetch refused: the reader does not take part now, or the study is archived'); END

CREATE TRIGGER readers_unlock_of_participant BEFORE INSERT ON readers_unlock
WHEN EXISTS (
    SELECT 1
    FROM readers_submission s
    JOIN readers_assignment a ON a.id = s.assignment_id
    WHERE s.id = NEW.submission_id AND (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = a.reader_id ORDER BY e.id DESC LIMIT 1
    ) IN ('withdrawn', 'replaced')
)
BEGIN SELECT RAISE(ABORT, 'unlock refused: the reader has left and could not submit the case again'); END

CREATE TRIGGER readers_signature_by_signatory BEFORE INSERT ON readers_signature
WHEN NOT EXISTS (
    SELECT 1
    FROM readers_membership m
    WHERE m.study_id = NEW.study_id AND m.user_id = NEW.user_id
    AND m.role = CASE NEW.meaning WHEN 'protocol' THEN 'coordinator' ELSE 'reader' END
)
BEGIN SELECT RAISE(ABORT, 'signature refused: coordinators sign the protocol, readers criteria and answers'); END

CREATE TRIGGER readers_membership_apart BEFORE INSERT ON readers_membership
WHEN EXISTS (
    SELECT 1
    FROM readers_membership m
    WHERE m.study_id = NEW.study_id AND m.user_id = NEW.user_id AND m.id <> coalesce(NEW.id, 0)
    AND (m.role = 'reader') <> (NEW.role = 'reader')
)
BEGIN SELECT RAISE(ABORT, 'membership refused: a reader of a study has no other role in it'); END

CREATE TRIGGER readers_membership_stays_apart BEFORE UPDATE ON readers_membership
WHEN EXISTS (
    SELECT 1
    FROM readers_membership m
    WHERE m.study_id = NEW.study_id AND m.user_id = NEW.user_id AND m.id <> coalesce(NEW.id, 0)
    AND (m.role = 'reader') <> (NEW.role = 'reader')
)
BEGIN SELECT RAISE(ABORT, 'membership refused: a reader of a study has no other role in it'); END

CREATE TRIGGER readers_studyevent_no_update BEFORE UPDATE ON readers_studyevent
BEGIN SELECT RAISE(ABORT, 'study event is append-only'); END

CREATE TRIGGER readers_studyevent_no_delete BEFORE DELETE ON readers_studyevent
BEGIN SELECT RAISE(ABORT, 'study event is append-only'); END
