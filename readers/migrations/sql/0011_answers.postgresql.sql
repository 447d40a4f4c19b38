-- Versions of submissions, unlocks, undone answers and the viewing log (PostgreSQL). One statement a paragraph.
-- A case is submitted while one of its submissions has no unlock; there is never more than one such.
CREATE FUNCTION readers_answer_not_after_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_submission s LEFT JOIN readers_unlock u ON u.submission_id = s.id
    WHERE s.assignment_id = NEW.assignment_id AND u.id IS NULL
) THEN
    RAISE EXCEPTION 'answer refused: the case is submitted and its answers are locked' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE FUNCTION readers_submission_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_criterion c ON c.study_id = r.study_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND coalesce((
        SELECT x.kind FROM readers_answer x
        WHERE x.assignment_id = a.id AND x.criterion_id = c.id
        ORDER BY x.version DESC LIMIT 1
    ), 'withdrawn') = 'withdrawn'
) THEN
    RAISE EXCEPTION 'submission refused: not every criterion is answered' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE FUNCTION readers_submission_follows_unlock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.version <> 1 + (SELECT count(*) FROM readers_submission s WHERE s.assignment_id = NEW.assignment_id)
OR EXISTS (
    SELECT 1
    FROM readers_submission s LEFT JOIN readers_unlock u ON u.submission_id = s.id
    WHERE s.assignment_id = NEW.assignment_id AND u.id IS NULL
) THEN
    RAISE EXCEPTION 'submission refused: the case is submitted and was not unlocked since' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_submission_follows_unlock BEFORE INSERT ON readers_submission
FOR EACH ROW EXECUTE FUNCTION readers_submission_follows_unlock()

CREATE TRIGGER readers_unlock_append_only BEFORE UPDATE OR DELETE ON readers_unlock
FOR EACH ROW EXECUTE FUNCTION readers_refuse('unlock is append-only')

CREATE TRIGGER readers_unlock_no_truncate BEFORE TRUNCATE ON readers_unlock
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('unlock is append-only')

CREATE FUNCTION readers_unlock_by_coordinator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1
    FROM readers_submission s
    JOIN readers_assignment a ON a.id = s.assignment_id
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_membership m ON m.study_id = r.study_id
    WHERE s.id = NEW.submission_id AND a.phase = 'blinded' AND r.user_id <> NEW.by_id
    AND m.user_id = NEW.by_id AND m.role = 'coordinator'
) THEN
    RAISE EXCEPTION 'unlock refused: only a coordinator unlocks, and only blinded cases of others' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_unlock_by_coordinator BEFORE INSERT ON readers_unlock
FOR EACH ROW EXECUTE FUNCTION readers_unlock_by_coordinator()

CREATE TRIGGER readers_viewingevent_append_only BEFORE UPDATE OR DELETE ON readers_viewingevent
FOR EACH ROW EXECUTE FUNCTION readers_refuse('viewing event is append-only')

CREATE TRIGGER readers_viewingevent_no_truncate BEFORE TRUNCATE ON readers_viewingevent
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('viewing event is append-only')

CREATE FUNCTION readers_viewingevent_after_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1 FROM readers_exposure e WHERE e.assignment_id = NEW.assignment_id AND e.opened_at <= NEW.received_at
) THEN
    RAISE EXCEPTION 'viewing event refused: the case was not opened' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_viewingevent_after_opening BEFORE INSERT ON readers_viewingevent
FOR EACH ROW EXECUTE FUNCTION readers_viewingevent_after_opening()
