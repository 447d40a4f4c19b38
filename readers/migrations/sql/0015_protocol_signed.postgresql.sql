-- The first viewing of a study waits for a valid signature on the latest version of its protocol (PostgreSQL).
CREATE FUNCTION readers_exposure_protocol_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (
    SELECT 1
    FROM readers_assignment a
    JOIN readers_reader r ON r.id = a.reader_id
    JOIN readers_study s ON s.id = r.study_id
    WHERE a.id = NEW.assignment_id AND s.sign_off_required
    AND NOT EXISTS (
        SELECT 1
        FROM readers_exposure e
        JOIN readers_assignment b ON b.id = e.assignment_id
        JOIN readers_reader q ON q.id = b.reader_id
        WHERE q.study_id = s.id
    )
    AND NOT EXISTS (
        SELECT 1
        FROM readers_signature g
        WHERE g.study_id = s.id AND g.meaning = 'protocol'
        AND NOT EXISTS (SELECT 1 FROM readers_void v WHERE v.signature_id = g.id)
        AND g.sha256 = (
            SELECT p.sha256 FROM readers_protocolversion p WHERE p.study_id = s.id ORDER BY p.number DESC LIMIT 1
        )
    )
) THEN
    RAISE EXCEPTION 'exposure refused: the protocol of the study is not signed' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
END
$$

CREATE TRIGGER readers_exposure_protocol_signed BEFORE INSERT ON readers_exposure
FOR EACH ROW EXECUTE FUNCTION readers_exposure_protocol_signed()
