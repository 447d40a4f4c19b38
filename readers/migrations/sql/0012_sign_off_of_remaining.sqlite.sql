CREATE TRIGGER readers_study_form_signed BEFORE UPDATE ON readers_study
WHEN OLD.form_locked_at IS NULL AND NEW.form_locked_at IS NOT NULL AND NEW.sign_off_required AND EXISTS (
    SELECT 1 FROM readers_reader r WHERE r.study_id = NEW.id AND NOT EXISTS (
        SELECT 1
        FROM readers_signature g LEFT JOIN readers_void v ON v.signature_id = g.id
        WHERE g.study_id = NEW.id AND g.user_id = r.user_id AND g.meaning = 'form'
        AND g.sha256 = NEW.form_sha256 AND v.id IS NULL
    ) AND NOT EXISTS (
        SELECT 1 FROM readers_readerevent e WHERE e.reader_id = r.id AND e.kind = 'withdrawn'
    )
)
BEGIN SELECT RAISE(ABORT, 'form refused: not every reader has signed it'); END
