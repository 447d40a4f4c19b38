-- What the protocol forbids, refused by the database itself (PostgreSQL). One statement a paragraph.
-- `readers_blinded_opening` gives the moment from which a reader may see blinded videos: null until every
-- exploratory video is submitted and the form is locked; then the later of the form lock and the last viewing of
-- an exploratory video (exposure or submission) plus the washout, in days of 24 hours.
-- Times are compared with each other, never with the database's clock, so that imported records keep theirs.
CREATE VIEW readers_blinded_opening AS
SELECT
    r.id AS reader_id,
    CASE
        WHEN s.form_locked_at IS NULL OR (
            SELECT count(*)
            FROM readers_submission x JOIN readers_assignment a ON a.id = x.assignment_id
            WHERE a.reader_id = r.id AND a.phase = 'exploratory'
        ) < s.n_exploratory THEN NULL
        ELSE greatest(s.form_locked_at, coalesce((
            SELECT max(v.at + s.washout_days * interval '24 hours')
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

CREATE FUNCTION readers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END
$$

CREATE TRIGGER readers_allocation_append_only BEFORE UPDATE OR DELETE ON readers_allocation
FOR EACH ROW EXECUTE FUNCTION readers_refuse('allocation is append-only')

CREATE TRIGGER readers_assignment_append_only BEFORE UPDATE OR DELETE ON readers_assignment
FOR EACH ROW EXECUTE FUNCTION readers_refuse('assignment is append-only')

CREATE TRIGGER readers_exposure_append_only BEFORE UPDATE OR DELETE ON readers_exposure
FOR EACH ROW EXECUTE FUNCTION readers_refuse('exposure is append-only')

CREATE TRIGGER readers_answer_append_only BEFORE UPDATE OR DELETE ON readers_answer
FOR EACH ROW EXECUTE FUNCTION readers_refuse('answer is append-only')

CREATE TRIGGER readers_submission_append_only BEFORE UPDATE OR DELETE ON readers_submission
FOR EACH ROW EXECUTE FUNCTION readers_refuse('submission is append-only')

CREATE FUNCTION readers_exposure_not_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.opened_at < o.opens_at)
) THEN
    RAISE EXCEPTION 'exposure too early: the blinded phase of this reader has not opened' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_exposure_not_early BEFORE INSERT ON readers_exposure
FOR EACH ROW EXECUTE FUNCTION readers_exposure_not_early()

CREATE FUNCTION readers_answer_not_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.answered_at < o.opens_at)
) THEN
    RAISE EXCEPTION 'answer too early: the blinded phase of this reader has not opened' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_answer_not_early BEFORE INSERT ON readers_answer
FOR EACH ROW EXECUTE FUNCTION readers_answer_not_early()

CREATE FUNCTION readers_submission_not_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.submitted_at < o.opens_at)
) THEN
    RAISE EXCEPTION 'submission too early: the blinded phase of this reader has not opened' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_submission_not_early BEFORE INSERT ON readers_submission
FOR EACH ROW EXECUTE FUNCTION readers_submission_not_early()

CREATE FUNCTION readers_exposure_not_exploratory_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_assignment b ON b.reader_id = a.reader_id AND b.phase = 'blinded'
    JOIN readers_exposure e ON e.assignment_id = b.id
    WHERE a.id = NEW.assignment_id AND a.phase = 'exploratory'
) THEN
    RAISE EXCEPTION 'exposure refused: the reader has seen a blinded video, so exploratory videos stay closed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_exposure_not_exploratory_again BEFORE INSERT ON readers_exposure
FOR EACH ROW EXECUTE FUNCTION readers_exposure_not_exploratory_again()

CREATE FUNCTION readers_answer_not_after_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_submission s WHERE s.assignment_id = NEW.assignment_id
) THEN
    RAISE EXCEPTION 'answer refused: the case is submitted and its answers are locked' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_answer_not_after_submission BEFORE INSERT ON readers_answer
FOR EACH ROW EXECUTE FUNCTION readers_answer_not_after_submission()

CREATE FUNCTION readers_answer_fits_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_criterion c ON c.study_id = r.study_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND c.id = NEW.criterion_id
) THEN
    RAISE EXCEPTION 'answer refused: only criteria of the study, on blinded cases, are answered' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_answer_fits_form BEFORE INSERT ON readers_answer
FOR EACH ROW EXECUTE FUNCTION readers_answer_fits_form()

CREATE FUNCTION readers_submission_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_criterion c ON c.study_id = r.study_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND NOT EXISTS (
        SELECT 1 FROM readers_answer x WHERE x.assignment_id = a.id AND x.criterion_id = c.id
    )
) THEN
    RAISE EXCEPTION 'submission refused: not every criterion is answered' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_submission_complete BEFORE INSERT ON readers_submission
FOR EACH ROW EXECUTE FUNCTION readers_submission_complete()

CREATE FUNCTION readers_submission_names_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id
    AND NEW.form_sha256 = CASE a.phase WHEN 'blinded' THEN s.form_sha256 ELSE '' END
) THEN
    RAISE EXCEPTION 'submission refused: it does not name the form of the study' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_submission_names_form BEFORE INSERT ON readers_submission
FOR EACH ROW EXECUTE FUNCTION readers_submission_names_form()

CREATE FUNCTION readers_assignment_fits_video() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1
    FROM readers_studyvideo v JOIN readers_reader r ON r.study_id = v.study_id
    WHERE v.id = NEW.study_video_id AND r.id = NEW.reader_id
    AND v.phase = NEW.phase AND v.direction = NEW.direction
) THEN
    RAISE EXCEPTION 'assignment refused: study, phase and direction must be those of the video' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_assignment_fits_video BEFORE INSERT ON readers_assignment
FOR EACH ROW EXECUTE FUNCTION readers_assignment_fits_video()

CREATE FUNCTION readers_studyvideo_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_assignment a WHERE a.study_video_id = OLD.id
) THEN
    RAISE EXCEPTION 'study video is assigned to readers and cannot change' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_studyvideo_kept BEFORE UPDATE ON readers_studyvideo
FOR EACH ROW EXECUTE FUNCTION readers_studyvideo_kept()

CREATE FUNCTION readers_reader_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF (OLD.study_id IS DISTINCT FROM NEW.study_id OR OLD.user_id IS DISTINCT FROM NEW.user_id OR OLD.code IS DISTINCT FROM NEW.code)
AND EXISTS (
    SELECT 1 FROM readers_assignment a WHERE a.reader_id = OLD.id
) THEN
    RAISE EXCEPTION 'reader has assignments: study, person and code cannot change' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_reader_kept BEFORE UPDATE ON readers_reader
FOR EACH ROW EXECUTE FUNCTION readers_reader_kept()

CREATE TRIGGER readers_study_frozen BEFORE UPDATE ON readers_study
FOR EACH ROW WHEN (OLD.form_locked_at IS NOT NULL AND (
    OLD.slug IS DISTINCT FROM NEW.slug
    OR OLD.group_a IS DISTINCT FROM NEW.group_a
    OR OLD.group_b IS DISTINCT FROM NEW.group_b
    OR OLD.question_template IS DISTINCT FROM NEW.question_template
    OR OLD.n_exploratory IS DISTINCT FROM NEW.n_exploratory
    OR OLD.n_blinded IS DISTINCT FROM NEW.n_blinded
    OR OLD.washout_days IS DISTINCT FROM NEW.washout_days
    OR OLD.conceal_direction IS DISTINCT FROM NEW.conceal_direction
    OR OLD.allocation_seed IS DISTINCT FROM NEW.allocation_seed
    OR OLD.form_locked_at IS DISTINCT FROM NEW.form_locked_at
    OR OLD.form_sha256 IS DISTINCT FROM NEW.form_sha256
))
EXECUTE FUNCTION readers_refuse('study is frozen: its form is locked')

CREATE FUNCTION readers_criterion_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id = NEW.study_id AND s.form_locked_at IS NOT NULL
) THEN
    RAISE EXCEPTION 'criterion is frozen: the form is locked' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_criterion_frozen_insert BEFORE INSERT ON readers_criterion
FOR EACH ROW EXECUTE FUNCTION readers_criterion_frozen_insert()

CREATE FUNCTION readers_criterion_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id IN (OLD.study_id, NEW.study_id) AND s.form_locked_at IS NOT NULL
) THEN
    RAISE EXCEPTION 'criterion is frozen: the form is locked' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_criterion_frozen_update BEFORE UPDATE ON readers_criterion
FOR EACH ROW EXECUTE FUNCTION readers_criterion_frozen_update()

CREATE FUNCTION readers_criterion_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id = OLD.study_id AND s.form_locked_at IS NOT NULL
) THEN
    RAISE EXCEPTION 'criterion is frozen: the form is locked' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN OLD;
END
$$

CREATE TRIGGER readers_criterion_frozen_delete BEFORE DELETE ON readers_criterion
FOR EACH ROW EXECUTE FUNCTION readers_criterion_frozen_delete()
