-- Versions of submissions, unlocks, undone answers and the viewing log (SQLite). One statement a paragraph.
-- A case is submitted while one of its submissions has no unlock; there is never more than one such.
CREATE TRIGGER readers_answer_not_after_submission BEFORE INSERT ON readers_answer
WHEN EXISTS (
    SELECT 1
    FROM readers_submission s LEFT JOIN readers_unlock u ON u.submission_id = s.id
    WHERE s.assignment_id = NEW.assignment_id AND u.id IS NULL
)
BEGIN SELECT RAISE(ABORT, 'answer refused: the case is submitted and its answers are locked'); END

CREATE TRIGGER readers_submission_complete BEFORE INSERT ON readers_submission
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_criterion c ON c.study_id = r.study_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND coalesce((
        SELECT x.kind FROM readers_answer x
        WHERE x.assignment_id = a.id AND x.criterion_id = c.id
        ORDER BY x.version DESC LIMIT 1
    ), 'withdrawn') = 'withdrawn'
)
BEGIN SELECT RAISE(ABORT, 'submission refused: not every criterion is answered'); END

CREATE TRIGGER readers_submission_follows_unlock BEFORE INSERT ON readers_submission
WHEN NEW.version <> 1 + (SELECT count(*) FROM readers_submission s WHERE s.assignment_id = NEW.assignment_id)
OR EXISTS (
    SELECT 1
    FROM readers_submission s LEFT JOIN readers_unlock u ON u.submission_id = s.id
    WHERE s.assignment_id = NEW.assignment_id AND u.id IS NULL
)
BEGIN SELECT RAISE(ABORT, 'submission refused: the case is submitted and was not unlocked since'); END

CREATE TRIGGER readers_unlock_no_update BEFORE UPDATE ON readers_unlock
BEGIN SELECT RAISE(ABORT, 'unlock is append-only'); END

CREATE TRIGGER readers_unlock_no_delete BEFORE DELETE ON readers_unlock
BEGIN SELECT RAISE(ABORT, 'unlock is append-only'); END

CREATE TRIGGER readers_unlock_by_coordinator BEFORE INSERT ON readers_unlock
WHEN NOT EXISTS (
    SELECT 1
    FROM readers_submission s
    JOIN readers_assignment a ON a.id = s.assignment_id
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_membership m ON m.study_id = r.study_id
    WHERE s.id = NEW.submission_id AND a.phase = 'blinded' AND r.user_id <> NEW.by_id
    AND m.user_id = NEW.by_id AND m.role = 'coordinator'
)
BEGIN SELECT RAISE(ABORT, 'unlock refused: only a coordinator unlocks, and only blinded cases of others'); END

CREATE TRIGGER readers_viewingevent_no_update BEFORE UPDATE ON readers_viewingevent
BEGIN SELECT RAISE(ABORT, 'viewing event is append-only'); END

CREATE TRIGGER readers_viewingevent_no_delete BEFORE DELETE ON readers_viewingevent
BEGIN SELECT RAISE(ABORT, 'viewing event is append-only'); END

CREATE TRIGGER readers_viewingevent_after_opening BEFORE INSERT ON readers_viewingevent
WHEN NOT EXISTS (
    SELECT 1 FROM readers_exposure e WHERE e.assignment_id = NEW.assignment_id AND e.opened_at <= NEW.received_at
)
BEGIN SELECT RAISE(ABORT, 'viewing event refused: the case was not opened'); END
