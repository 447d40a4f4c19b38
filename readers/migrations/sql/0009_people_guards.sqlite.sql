-- What may happen to a reader, and what a reader who does not take part can no longer do (SQLite).
-- One statement a paragraph. The latest event of a reader counts, by the order of the rows.
CREATE TRIGGER readers_readerevent_no_update BEFORE UPDATE ON readers_readerevent
BEGIN SELECT RAISE(ABORT, 'reader event is append-only'); END

CREATE TRIGGER readers_readerevent_no_delete BEFORE DELETE ON readers_readerevent
BEGIN SELECT RAISE(ABORT, 'reader event is append-only'); END

CREATE TRIGGER readers_readerevent_possible BEFORE INSERT ON readers_readerevent
WHEN NEW.kind || ' after ' || coalesce(
    (SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = NEW.reader_id ORDER BY e.id DESC LIMIT 1), 'resumed'
) NOT IN (
    'paused after resumed', 'resumed after paused', 'withdrawn after resumed', 'withdrawn after paused',
    'replaced after withdrawn'
)
BEGIN SELECT RAISE(ABORT, 'reader event refused: it cannot follow the one before'); END

CREATE TRIGGER readers_deviation_no_update BEFORE UPDATE ON readers_deviation
BEGIN SELECT RAISE(ABORT, 'deviation is append-only'); END

CREATE TRIGGER readers_deviation_no_delete BEFORE DELETE ON readers_deviation
BEGIN SELECT RAISE(ABORT, 'deviation is append-only'); END

CREATE TRIGGER readers_remindersent_no_update BEFORE UPDATE ON readers_remindersent
BEGIN SELECT RAISE(ABORT, 'reminder is append-only'); END

CREATE TRIGGER readers_remindersent_no_delete BEFORE DELETE ON readers_remindersent
BEGIN SELECT RAISE(ABORT, 'reminder is append-only'); END

CREATE TRIGGER readers_invitation_used_once BEFORE UPDATE ON readers_invitation
WHEN OLD.accepted_at IS NOT NULL OR OLD.revoked_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'invitation has ended and cannot change'); END

CREATE TRIGGER readers_invitation_no_delete BEFORE DELETE ON readers_invitation
BEGIN SELECT RAISE(ABORT, 'invitation cannot be deleted'); END

CREATE TRIGGER readers_exposure_by_participant BEFORE INSERT ON readers_exposure
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id AND (s.archived_at IS NOT NULL OR (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = r.id ORDER BY e.id DESC LIMIT 1
    ) IN ('paused', 'withdrawn', 'replaced'))
)
BEGIN SELECT RAISE(ABORT, 'exposure refused: the reader does not take part now, or the study is archived'); END

CREATE TRIGGER readers_answer_by_participant BEFORE INSERT ON readers_answer
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id AND (s.archived_at IS NOT NULL OR (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = r.id ORDER BY e.id DESC LIMIT 1
    ) IN ('paused', 'withdrawn', 'replaced'))
)
BEGIN SELECT RAISE(ABORT, 'answer refused: the reader does not take part now, or the study is archived'); END

CREATE TRIGGER readers_submission_by_participant BEFORE INSERT ON readers_submission
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id AND (s.archived_at IS NOT NULL OR (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = r.id ORDER BY e.id DESC LIMIT 1
    ) IN ('paused', 'withdrawn', 'replaced'))
)
BEGIN SELECT RAISE(ABORT, 'submission refused: the reader does not take part now, or the study is archived'); END
