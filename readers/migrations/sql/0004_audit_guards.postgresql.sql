-- The audit trail is append-only, and an event can only be put at its end (PostgreSQL). One statement a paragraph.
-- TRUNCATE fires no row trigger, so that the whole record needs triggers of its own against it.
CREATE TRIGGER readers_auditevent_append_only BEFORE UPDATE OR DELETE ON readers_auditevent
FOR EACH ROW EXECUTE FUNCTION readers_refuse('audit event is append-only')

CREATE FUNCTION readers_auditevent_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.number IS DISTINCT FROM coalesce((SELECT max(number) FROM readers_auditevent), 0) + 1
OR NEW.prev_hash IS DISTINCT FROM coalesce((SELECT hash FROM readers_auditevent ORDER BY number DESC LIMIT 1), repeat('0', 64)) THEN
    RAISE EXCEPTION 'audit event refused: it does not follow the last one' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_auditevent_at_the_end BEFORE INSERT ON readers_auditevent
FOR EACH ROW EXECUTE FUNCTION readers_auditevent_at_the_end()

CREATE TRIGGER readers_auditevent_no_truncate BEFORE TRUNCATE ON readers_auditevent
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('audit event is append-only')

CREATE TRIGGER readers_allocation_no_truncate BEFORE TRUNCATE ON readers_allocation
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('allocation is append-only')

CREATE TRIGGER readers_assignment_no_truncate BEFORE TRUNCATE ON readers_assignment
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('assignment is append-only')

CREATE TRIGGER readers_exposure_no_truncate BEFORE TRUNCATE ON readers_exposure
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('exposure is append-only')

CREATE TRIGGER readers_answer_no_truncate BEFORE TRUNCATE ON readers_answer
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('answer is append-only')

CREATE TRIGGER readers_submission_no_truncate BEFORE TRUNCATE ON readers_submission
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('submission is append-only')
