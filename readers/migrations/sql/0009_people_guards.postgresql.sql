-- What may happen to a reader, and what a reader who does not take part can no longer do (PostgreSQL).
-- One statement a paragraph. The latest event of a reader counts, by the order of the rows.
CREATE TRIGGER readers_readerevent_append_only BEFORE UPDATE OR DELETE ON readers_readerevent
FOR EACH ROW EXECUTE FUNCTION readers_refuse('reader event is append-only')

CREATE TRIGGER readers_readerevent_no_truncate BEFORE TRUNCATE ON readers_readerevent
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('reader event is append-only')

CREATE FUNCTION readers_readerevent_possible() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NEW.kind || ' after ' || coalesce(
    (SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = NEW.reader_id ORDER BY e.id DESC LIMIT 1), 'resumed'
) NOT IN (
    'paused after resumed', 'resumed after paused', 'withdrawn after resumed', 'withdrawn after paused',
    'replaced after withdrawn'
) THEN
    RAISE EXCEPTION 'reader event refused: it cannot follow the one before' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_readerevent_possible BEFORE INSERT ON readers_readerevent
FOR EACH ROW EXECUTE FUNCTION readers_readerevent_possible()

CREATE TRIGGER readers_deviation_append_only BEFORE UPDATE OR DELETE ON readers_deviation
FOR EACH ROW EXECUTE FUNCTION readers_refuse('deviation is append-only')

CREATE TRIGGER readers_deviation_no_truncate BEFORE TRUNCATE ON readers_deviation
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('deviation is append-only')

CREATE TRIGGER readers_remindersent_append_only BEFORE UPDATE OR DELETE ON readers_remindersent
FOR EACH ROW EXECUTE FUNCTION readers_refuse('reminder is append-only')

CREATE TRIGGER readers_remindersent_no_truncate BEFORE TRUNCATE ON readers_remindersent
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('reminder is append-only')

CREATE TRIGGER readers_invitation_used_once BEFORE UPDATE ON readers_invitation
FOR EACH ROW WHEN (OLD.accepted_at IS NOT NULL OR OLD.revoked_at IS NOT NULL)
EXECUTE FUNCTION readers_refuse('invitation has ended and cannot change')

CREATE TRIGGER readers_invitation_no_delete BEFORE DELETE ON readers_invitation
FOR EACH ROW EXECUTE FUNCTION readers_refuse('invitation cannot be deleted')

CREATE FUNCTION readers_by_participant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id AND (s.archived_at IS NOT NULL OR (
        SELECT e.kind FROM readers_readerevent e WHERE e.reader_id = r.id ORDER BY e.id DESC LIMIT 1
    ) IN ('paused', 'withdrawn', 'replaced'))
) THEN
    RAISE EXCEPTION '% refused: the reader does not take part now, or the study is archived', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_exposure_by_participant BEFORE INSERT ON readers_exposure
FOR EACH ROW EXECUTE FUNCTION readers_by_participant('exposure')

CREATE TRIGGER readers_answer_by_participant BEFORE INSERT ON readers_answer
FOR EACH ROW EXECUTE FUNCTION readers_by_participant('answer')

CREATE TRIGGER readers_submission_by_participant BEFORE INSERT ON readers_submission
FOR EACH ROW EXECUTE FUNCTION readers_by_participant('submission')
