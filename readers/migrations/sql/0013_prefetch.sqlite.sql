-- Frames fetched ahead: append-only, and never earlier than the case itself could be opened (SQLite).
CREATE TRIGGER readers_prefetch_no_update BEFORE UPDATE ON readers_prefetch
BEGIN SELECT RAISE(ABORT, 'prefetch is append-only'); END

CREATE TRIGGER readers_prefetch_no_delete BEFORE DELETE ON readers_prefetch
BEGIN SELECT RAISE(ABORT, 'prefetch is append-only'); END

CREATE TRIGGER readers_prefetch_not_early BEFORE INSERT ON readers_prefetch
WHEN EXISTS (
    SELECT 1
    FROM readers_assignment a JOIN readers_blinded_opening o ON o.reader_id = a.reader_id
    WHERE a.id = NEW.assignment_id AND a.phase = 'blinded' AND (o.opens_at IS NULL OR NEW.allowed_at < o.opens_at)
)
BEGIN SELECT RAISE(ABORT, 'prefetch too early: the blinded phase of this reader has not opened'); END
