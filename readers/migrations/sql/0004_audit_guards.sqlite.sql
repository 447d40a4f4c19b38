-- The audit trail is append-only, and an event can only be put at its end (SQLite). One statement a paragraph.
CREATE TRIGGER readers_auditevent_no_update BEFORE UPDATE ON readers_auditevent
BEGIN SELECT RAISE(ABORT, 'audit event is append-only'); END

CREATE TRIGGER readers_auditevent_no_delete BEFORE DELETE ON readers_auditevent
BEGIN SELECT RAISE(ABORT, 'audit event is append-only'); END

CREATE TRIGGER readers_auditevent_at_the_end BEFORE INSERT ON readers_auditevent
WHEN NEW.number IS NOT coalesce((SELECT max(number) FROM readers_auditevent), 0) + 1
OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM readers_auditevent ORDER BY number DESC LIMIT 1), printf('%064d', 0))
BEGIN SELECT RAISE(ABORT, 'audit event refused: it does not follow the last one'); END
