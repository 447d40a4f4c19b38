-- Observations, the consensus room and signatures: append-only, and bound to the protocol (PostgreSQL).
-- One statement a paragraph.
CREATE TRIGGER readers_observation_append_only BEFORE UPDATE OR DELETE ON readers_observation
FOR EACH ROW EXECUTE FUNCTION readers_refuse('observation is append-only')

CREATE TRIGGER readers_observation_no_truncate BEFORE TRUNCATE ON readers_observation
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('observation is append-only')

CREATE TRIGGER readers_retraction_append_only BEFORE UPDATE OR DELETE ON readers_retraction
FOR EACH ROW EXECUTE FUNCTION readers_refuse('retraction is append-only')

CREATE TRIGGER readers_retraction_no_truncate BEFORE TRUNCATE ON readers_retraction
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('retraction is append-only')

CREATE TRIGGER readers_room_append_only BEFORE UPDATE OR DELETE ON readers_room
FOR EACH ROW EXECUTE FUNCTION readers_refuse('room is append-only')

CREATE TRIGGER readers_room_no_truncate BEFORE TRUNCATE ON readers_room
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('room is append-only')

CREATE TRIGGER readers_roomact_append_only BEFORE UPDATE OR DELETE ON readers_roomact
FOR EACH ROW EXECUTE FUNCTION readers_refuse('act of the room is append-only')

CREATE TRIGGER readers_roomact_no_truncate BEFORE TRUNCATE ON readers_roomact
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('act of the room is append-only')

CREATE TRIGGER readers_signature_append_only BEFORE UPDATE OR DELETE ON readers_signature
FOR EACH ROW EXECUTE FUNCTION readers_refuse('signature is append-only')

CREATE TRIGGER readers_signature_no_truncate BEFORE TRUNCATE ON readers_signature
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('signature is append-only')

CREATE TRIGGER readers_void_append_only BEFORE UPDATE OR DELETE ON readers_void
FOR EACH ROW EXECUTE FUNCTION readers_refuse('void is append-only')

CREATE TRIGGER readers_void_no_truncate BEFORE TRUNCATE ON readers_void
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('void is append-only')

CREATE FUNCTION readers_observation_unscored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_assignment a WHERE a.id = NEW.assignment_id AND a.phase = 'blinded'
) THEN
    RAISE EXCEPTION 'observation refused: blinded videos are scored, not noted on' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_observation_unscored BEFORE INSERT ON readers_observation
FOR EACH ROW EXECUTE FUNCTION readers_observation_unscored()

CREATE FUNCTION readers_roomact_before_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id = NEW.study_id AND s.form_locked_at IS NOT NULL
) THEN
    RAISE EXCEPTION 'act refused: the form is locked and the room is closed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_roomact_before_lock BEFORE INSERT ON readers_roomact
FOR EACH ROW EXECUTE FUNCTION readers_roomact_before_lock()

CREATE FUNCTION readers_roomact_vote_of_reader() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1 WHERE NEW.kind = 'voted' AND NOT EXISTS (
        SELECT 1 FROM readers_reader r WHERE r.study_id = NEW.study_id AND r.user_id = NEW.by_id
    )
) THEN
    RAISE EXCEPTION 'vote refused: only readers of the study vote' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_roomact_vote_of_reader BEFORE INSERT ON readers_roomact
FOR EACH ROW EXECUTE FUNCTION readers_roomact_vote_of_reader()

CREATE FUNCTION readers_study_form_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF OLD.form_locked_at IS NULL AND NEW.form_locked_at IS NOT NULL AND NEW.sign_off_required AND EXISTS (
    SELECT 1 FROM readers_reader r WHERE r.study_id = NEW.id AND NOT EXISTS (
        SELECT 1
        FROM readers_signature g LEFT JOIN readers_void v ON v.signature_id = g.id
        WHERE g.study_id = NEW.id AND g.user_id = r.user_id AND g.meaning = 'form'
        AND g.sha256 = NEW.form_sha256 AND v.id IS NULL
    )
) THEN
    RAISE EXCEPTION 'form refused: not every reader has signed it' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_study_form_signed BEFORE UPDATE ON readers_study
FOR EACH ROW EXECUTE FUNCTION readers_study_form_signed()
