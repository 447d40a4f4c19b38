-- A check of a screen is append-only (SQLite). One statement a paragraph.
CREATE TRIGGER readers_displaycheck_no_update BEFORE UPDATE ON readers_displaycheck
BEGIN SELECT RAISE(ABORT, 'display check is append-only'); END

CREATE TRIGGER readers_displaycheck_no_delete BEFORE DELETE ON readers_displaycheck
BEGIN SELECT RAISE(ABORT, 'display check is append-only'); END
