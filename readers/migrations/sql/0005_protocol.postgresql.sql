-- The protocol's settings (PostgreSQL). One statement a paragraph; each takes the place of its namesake before.
-- `readers_blinded_opening` gives the moment from which a reader may see blinded videos: null until every
-- exploratory video is submitted and the form is locked; then the form lock, or the latest moment that the study's
-- anchor counts plus the washout in days of 24 hours, whichever is later. The last opening of an exploratory video
-- always counts.
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
                WHERE a.reader_id = r.id AND a.phase = 'exploratory' AND s.washout_anchor IN ('latest', 'completion')
                UNION ALL
                SELECT s.form_locked_at WHERE s.washout_anchor IN ('latest', 'sign_off')
            ) v
        ), s.form_locked_at))
    END AS opens_at
FROM readers_reader r JOIN readers_study s ON s.id = r.study_id

CREATE TRIGGER readers_study_frozen BEFORE UPDATE ON readers_study
FOR EACH ROW WHEN (OLD.form_locked_at IS NOT NULL AND (
    OLD.slug IS DISTINCT FROM NEW.slug
    OR OLD.group_a IS DISTINCT FROM NEW.group_a
    OR OLD.group_b IS DISTINCT FROM NEW.group_b
    OR OLD.question_template IS DISTINCT FROM NEW.question_template
    OR OLD.n_training IS DISTINCT FROM NEW.n_training
    OR OLD.n_exploratory IS DISTINCT FROM NEW.n_exploratory
    OR OLD.n_blinded IS DISTINCT FROM NEW.n_blinded
    OR OLD.n_null IS DISTINCT FROM NEW.n_null
    OR OLD.n_repeats IS DISTINCT FROM NEW.n_repeats
    OR OLD.repeat_distance IS DISTINCT FROM NEW.repeat_distance
    OR OLD.n_common IS DISTINCT FROM NEW.n_common
    OR OLD.n_per_reader IS DISTINCT FROM NEW.n_per_reader
    OR OLD.washout_days IS DISTINCT FROM NEW.washout_days
    OR OLD.washout_anchor IS DISTINCT FROM NEW.washout_anchor
    OR OLD.reopen_exploratory IS DISTINCT FROM NEW.reopen_exploratory
    OR OLD.conceal_direction IS DISTINCT FROM NEW.conceal_direction
    OR OLD.sign_off_required IS DISTINCT FROM NEW.sign_off_required
    OR OLD.allocation_seed IS DISTINCT FROM NEW.allocation_seed
    OR OLD.form_locked_at IS DISTINCT FROM NEW.form_locked_at
    OR OLD.form_sha256 IS DISTINCT FROM NEW.form_sha256
))
EXECUTE FUNCTION readers_refuse('study is frozen: its form is locked')

CREATE FUNCTION readers_study_drawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF (
    OLD.n_training IS DISTINCT FROM NEW.n_training
    OR OLD.n_exploratory IS DISTINCT FROM NEW.n_exploratory
    OR OLD.n_blinded IS DISTINCT FROM NEW.n_blinded
    OR OLD.n_null IS DISTINCT FROM NEW.n_null
    OR OLD.n_repeats IS DISTINCT FROM NEW.n_repeats
    OR OLD.repeat_distance IS DISTINCT FROM NEW.repeat_distance
    OR OLD.n_common IS DISTINCT FROM NEW.n_common
    OR OLD.n_per_reader IS DISTINCT FROM NEW.n_per_reader
    OR OLD.allocation_seed IS DISTINCT FROM NEW.allocation_seed
) AND EXISTS (
    SELECT 1 FROM readers_studyvideo v WHERE v.study_id = OLD.id
) THEN
    RAISE EXCEPTION 'study is frozen: its videos are drawn' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_study_drawn BEFORE UPDATE ON readers_study
FOR EACH ROW EXECUTE FUNCTION readers_study_drawn()

CREATE FUNCTION readers_study_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF (
    OLD.display IS DISTINCT FROM NEW.display
    OR OLD.session_minutes IS DISTINCT FROM NEW.session_minutes
    OR OLD.pause_minutes IS DISTINCT FROM NEW.pause_minutes
    OR OLD.notice IS DISTINCT FROM NEW.notice
) AND EXISTS (
    SELECT 1
    FROM readers_reader r
    JOIN readers_assignment a ON a.reader_id = r.id AND a.phase = 'blinded'
    WHERE r.study_id = OLD.id AND (
        EXISTS (SELECT 1 FROM readers_exposure e WHERE e.assignment_id = a.id)
        OR EXISTS (SELECT 1 FROM readers_answer x WHERE x.assignment_id = a.id)
    )
) THEN
    RAISE EXCEPTION 'study is frozen: a blinded video has been read' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_study_read BEFORE UPDATE ON readers_study
FOR EACH ROW EXECUTE FUNCTION readers_study_read()

CREATE TRIGGER readers_protocolversion_append_only BEFORE UPDATE OR DELETE ON readers_protocolversion
FOR EACH ROW EXECUTE FUNCTION readers_refuse('protocol version is append-only')

CREATE TRIGGER readers_protocolversion_no_truncate BEFORE TRUNCATE ON readers_protocolversion
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('protocol version is append-only')
