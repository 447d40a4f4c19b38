-- Frames fetched ahead: append-only, and never earlier than the case itself could be opened (PostgreSQL).
CREATE TRIGGER readers_prefetch_append_only BEFORE UPDATE OR DELETE ON readers_prefetch
FOR EACH ROW EXECUTE FUNCTION readers_refuse('prefetch is append-only')

CREATE TRIGGER readers_prefetch_no_truncate BEFORE TRUNCATE ON readers_prefetch
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('prefetch is append-only')

CREATE FUNCTION readers_prefetch_not_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.allowed_at < o.opens_at)
) THEN
    RAISE EXCEPTION 'prefetch too early: the blinded phase of this reader has not opened' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_prefetch_not_early BEFORE INSERT ON readers_prefetch
FOR EACH ROW EXECUTE FUNCTION readers_prefetch_not_early()
