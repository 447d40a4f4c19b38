-- What the protocol forbids, refused by the database itself (SQLite). One statement a paragraph.
-- `readers_blinded_opening` gives the moment from which a reader may see blinded videos: null until every
-- exploratory video is submitted and the form is locked; then the later of the form lock and the last viewing of
-- an exploratory video (exposure or submission) plus the washout, in days of 24 hours.
-- Times are compared with each other, never with the database's clock, so that imported records keep theirs.
-- Django writes times as text in UTC: adding days to the first 19 characters keeps the microseconds.
CREATE VIEW readers_blinded_opening AS
SELECT
    r.id AS reader_id,
    CASE
        WHEN s.form_locked_at IS NULL OR (
            SELECT count(*)
            FROM readers_submission x JOIN readers_assignment a ON a.id = x.assignment_id
            WHERE a.reader_id = r.id AND a.phase = 'exploratory'
        ) < s.n_exploratory THEN NULL
        ELSE max(s.form_locked_at, coalesce((
            SELECT max(datetime(substr(v.at, 1, 19), '+' || s.washout_days || ' days') || substr(v.at, 20))
            FROM (
                SELECT e.opened_at AS at
                FROM readers_assignment a JOIN readers_exposure e ON e.assignment_id = a.id
                WHERE a.reader_id = r.id AND a.phase = 'exploratory'
                UNION ALL
                SELECT x.submitted_at
                FROM readers_assignment a JOIN readers_submission x ON x.assignment_id = a.id
                WHERE a.reader_id = r.id AND a.phase = 'exploratory'
            ) v
        ), s.form_locked_at))
    END AS opens_at
FROM readers_reader r JOIN readers_study s ON s.id = r.study_id

CREATE TRIGGER readers_allocation_no_update BEFORE UPDATE ON readers_allocation
BEGIN SELECT RAISE(ABORT, 'allocation is append-only'); END

CREATE TRIGGER readers_allocation_no_delete BEFORE DELETE ON readers_allocation
BEGIN SELECT RAISE(ABORT, 'allocation is append-only'); END

CREATE TRIGGER readers_assignment_no_update BEFORE UPDATE ON readers_assignment
BEGIN SELECT RAISE(ABORT, 'assignment is append-only'); END

CREATE TRIGGER readers_assignment_no_delete BEFORE DELETE ON readers_assignment
BEGIN SELECT RAISE(ABORT, 'assignment is append-only'); END

CREATE TRIGGER readers_exposure_no_update BEFORE UPDATE ON readers_exposure
BEGIN SELECT RAISE(ABORT, 'exposure is append-only'); END

CREATE TRIGGER readers_exposure_no_delete BEFORE DELETE ON readers_exposure
BEGIN SELECT RAISE(ABORT, 'exposure is append-only'); END

CREATE TRIGGER readers_answer_no_update BEFORE UPDATE ON readers_answer
BEGIN SELECT RAISE(ABORT, 'answer is append-only'); END

CREATE TRIGGER readers_answer_no_delete BEFORE DELETE ON readers_answer
BEGIN SELECT RAISE(ABORT, 'answer is append-only'); END

CREATE TRIGGER readers_submission_no_update BEFORE UPDATE ON readers_submission
BEGIN SELECT RAISE(ABORT, 'submission is append-only'); END

CREATE TRIGGER readers_submission_no_delete BEFORE DELETE ON readers_submission
BEGIN SELECT RAISE(ABORT, 'submission is append-only'); END

CREATE TRIGGER readers_exposure_not_early BEFORE INSERT ON readers_exposure
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.opened_at < o.opens_at)
)
BEGIN SELECT RAISE(ABORT, 'exposure too early: the blinded phase of this reader has not opened'); END

CREATE TRIGGER readers_answer_not_early BEFORE INSERT ON readers_answer
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.answered_at < o.opens_at)
)
BEGIN SELECT RAISE(ABORT, 'answer too early: the blinded phase of this reader has not opened'); END

CREATE TRIGGER readers_submission_not_early BEFORE INSERT ON readers_submission
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.submitted_at < o.opens_at)
)
BEGIN SELECT RAISE(ABORT, 'submission too early: the blinded phase of this reader has not opened'); END

CREATE TRIGGER readers_exposure_not_exploratory_again BEFORE INSERT ON readers_exposure
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_assignment b ON b.reader_id = a.reader_id AND b.phase = 'blinded'
    JOIN readers_exposure e ON e.assignment_id = b.id
    WHERE a.id = NEW.assignment_id AND a.phase = 'exploratory'
)
BEGIN SELECT RAISE(ABORT, 'exposure refused: the reader has seen a blinded video, so exploratory videos stay closed'); END

CREATE TRIGGER readers_answer_not_after_submission BEFORE INSERT ON readers_answer
WHEN EXISTS (
    SELECT 1 FROM readers_submission s WHERE s.assignment_id = NEW.assignment_id
)
BEGIN SELECT RAISE(ABORT, 'answer refused: the case is submitted and its answers are locked'); END

CREATE TRIGGER readers_answer_fits_form BEFORE INSERT ON readers_answer
WHEN NOT EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_criterion c ON c.study_id = r.study_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND c.id = NEW.criterion_id
)
BEGIN SELECT RAISE(ABORT, 'answer refused: only criteria of the study, on blinded cases, are answered'); END

CREATE TRIGGER readers_submission_complete BEFORE INSERT ON readers_submission
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_criterion c ON c.study_id = r.study_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND NOT EXISTS (
        SELECT 1 FROM readers_answer x WHERE x.assignment_id = a.id AND x.criterion_id = c.id
    )
)
BEGIN SELECT RAISE(ABORT, 'submission refused: not every criterion is answered'); END

CREATE TRIGGER readers_submission_names_form BEFORE INSERT ON readers_submission
WHEN NOT EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id
    AND NEW.form_sha256 = CASE a.phase WHEN 'blinded' THEN s.form_sha256 ELSE '' END
)
BEGIN SELECT RAISE(ABORT, 'submission refused: it does not name the form of the study'); END

CREATE TRIGGER readers_assignment_fits_video BEFORE INSERT ON readers_assignment
WHEN NOT EXISTS (
    SELECT 1
    FROM readers_studyvideo v JOIN readers_reader r ON r.study_id = v.study_id
    WHERE v.id = NEW.study_video_id AND r.id = NEW.reader_id
    AND v.phase = NEW.phase AND v.direction = NEW.direction
)
BEGIN SELECT RAISE(ABORT, 'assignment refused: study, phase and direction must be those of the video'); END

CREATE TRIGGER readers_studyvideo_kept BEFORE UPDATE ON readers_studyvideo
WHEN EXISTS (
    SELECT 1 FROM readers_assignment a WHERE a.study_video_id = OLD.id
)
BEGIN SELECT RAISE(ABORT, 'study video is assigned to readers and cannot change'); END

CREATE TRIGGER readers_reader_kept BEFORE UPDATE ON readers_reader
WHEN (OLD.study_id IS NOT NEW.study_id OR OLD.user_id IS NOT NEW.user_id OR OLD.code IS NOT NEW.code)
AND EXISTS (
    SELECT 1 FROM readers_assignment a WHERE a.reader_id = OLD.id
)
BEGIN SELECT RAISE(ABORT, 'reader has assignments: study, person and code cannot change'); END

CREATE TRIGGER readers_study_frozen BEFORE UPDATE ON readers_study
WHEN OLD.form_locked_at IS NOT NULL AND (
    OLD.slug IS NOT NEW.slug
    OR OLD.group_a IS NOT NEW.group_a
    OR OLD.group_b IS NOT NEW.group_b
    OR OLD.question_template IS NOT NEW.question_template
    OR OLD.n_exploratory IS NOT NEW.n_exploratory
    OR OLD.n_blinded IS NOT NEW.n_blinded
    OR OLD.washout_days IS NOT NEW.washout_days
    OR OLD.conceal_direction IS NOT NEW.conceal_direction
    OR OLD.allocation_seed IS NOT NEW.allocation_seed
    OR OLD.form_locked_at IS NOT NEW.form_locked_at
    OR OLD.form_sha256 IS NOT NEW.form_sha256
)
BEGIN SELECT RAISE(ABORT, 'study is frozen: its form is locked'); END

CREATE TRIGGER readers_criterion_frozen_insert BEFORE INSERT ON readers_criterion
WHEN EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id = NEW.study_id AND s.form_locked_at IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'criterion is frozen: the form is locked'); END

CREATE TRIGGER readers_criterion_frozen_update BEFORE UPDATE ON readers_criterion
WHEN EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id IN (OLD.study_id, NEW.study_id) AND s.form_locked_at IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'criterion is frozen: the form is locked'); END

CREATE TRIGGER readers_criterion_frozen_delete BEFORE DELETE ON readers_criterion
WHEN EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id = OLD.study_id AND s.form_locked_at IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'criterion is frozen: the form is locked'); END
