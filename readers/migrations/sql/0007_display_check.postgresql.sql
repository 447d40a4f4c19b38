-- A check of a screen is append-only (PostgreSQL). One statement a paragraph.
CREATE TRIGGER readers_displaycheck_append_only BEFORE UPDATE OR DELETE ON readers_displaycheck
FOR EACH ROW EXECUTE FUNCTION readers_refuse('display check is append-only')

CREATE TRIGGER readers_displaycheck_no_truncate BEFORE TRUNCATE ON readers_displaycheck
FOR EACH STATEMENT EXECUTE FUNCTION readers_refuse('display check is append-only')
