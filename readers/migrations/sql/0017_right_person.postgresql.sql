-- What only a person in the right place can do, held by the database too (PostgreSQL). One statement a paragraph.
CREATE TRIGGER readers_prefetch_by_participant BEFORE INSERT ON readers_prefetch
FOR EACH ROW EXECUTE FUNCTION readers_by_participant('prefetch')

CREATE FUNCTION readers_unlock_of_participant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_submission s
    JOIN readers_assignment a ON a.id = s.assignment_id
    WHERE s.id = NEW.submission_id AND (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = a.reader_id ORDER BY e.id DESC LIMIT 1
    ) IN ('withdrawn', 'replaced')
) THEN
    RAISE EXCEPTION 'unlock refused: the reader has left and could not submit the case again' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_unlock_of_participant BEFORE INSERT ON readers_unlock
FOR EACH ROW EXECUTE FUNCTION readers_unlock_of_participant()

CREATE FUNCTION readers_signature_by_signatory() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT EXISTS (
    SELECT 1
    FROM readers_membership m
    WHERE m.study_id = NEW.study_id AND m.user_id = NEW.user_id
    AND m.role = CASE NEW.meaning WHEN 'protocol' THEN 'coordinator' ELSE 'reader' END
) THEN
    RAISE EXCEPTION 'signature refused: coordinators sign the protocol, readers criteria and answers' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_signature_by_signatory BEFORE INSERT ON readers_signature
FOR EACH ROW EXECUTE FUNCTION readers_signature_by_signatory()

CREATE FUNCTION readers_membership_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_membership m
    WHERE m.study_id = NEW.study_id AND m.user_id = NEW.user_id AND m.id <> coalesce(NEW.id, 0)
    AND (m.role = 'reader') <> (NEW.role = 'reader')
) THEN
    RAISE EXCEPTION 'membership refused: a reader of a study has no other role in it' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_membership_apart BEFORE INSERT OR UPDATE ON readers_membership
FOR EACH ROW EXECUTE FUNCTION readers_membership_apart()

CREATE TRIGGER readers_studyevent_append_only BEFORE UPDATE OR DELETE ON readers_studyevent
FOR EACH ROW EXECUTE FUNCTION readers_refuse('study event is append-only')

CREATE TRIGGER readers_studyevent_no_truncate BEFORE TRUNCATE ON readers_studyevent
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('study event is append-only')
