-- Rehearsals, whose washout may count as passed (PostgreSQL). One statement a paragraph; each takes the place of its namesake before.
CREATE VIEW readers_blinded_opening AS
SELECT
    r.id AS reader_id,
    CASE
        WHEN s.form_locked_at IS NULL OR (
            SELECT count(*)
            FROM readers_submission x JOIN readers_assignment a ON a.id = x.assignment_id
            WHERE a.reader_id = r.id AND a.phase = 'exploratory'
        ) < s.n_exploratory THEN NULL
        ELSE greatest(s.form_locked_at, coalesce((
            SELECT max(v.at + (s.washout_days - s.clock_days) * interval '24 hours')
            FROM (
                SELECT e.opened_at AS at
                FROM readers_assignment a JOIN readers_exposure e ON e.assignment_id = a.id
                WHERE a.reader_id = r.id AND a.phase = 'exploratory'
                UNION ALL
                SELECT x.submitted_at
                FROM readers_assignment a JOIN readers_submission x ON x.assignment_id = a.id
                WHERE a.reader_id = r.id AND a.phase = 'exploratory' AND s.washout_anchor IN ('latest', 'completion')
                UNION ALL
                SELECT s.form_locked_at WHERE s.washout_anchor IN ('latest', 'sign_off')
            ) v
        ), s.form_locked_at))
    END AS opens_at
FROM readers_reader r JOIN readers_study s ON s.id = r.study_id

CREATE TRIGGER readers_study_stays_what_it_is BEFORE UPDATE ON readers_study
FOR EACH ROW WHEN (OLD.rehearsal_of_id IS DISTINCT FROM NEW.rehearsal_of_id OR NEW.clock_days < OLD.clock_days)
EXECUTE FUNCTION readers_refuse('study is no rehearsal, or one for good, and its clock never goes back')
