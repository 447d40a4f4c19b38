-- Observations, the consensus room and signatures: append-only, and bound to the protocol (SQLite).
-- One statement a paragraph.
CREATE TRIGGER readers_observation_no_update BEFORE UPDATE ON readers_observation
BEGIN SELECT RAISE(ABORT, 'observation is append-only'); END

CREATE TRIGGER readers_observation_no_delete BEFORE DELETE ON readers_observation
BEGIN SELECT RAISE(ABORT, 'observation is append-only'); END

CREATE TRIGGER readers_retraction_no_update BEFORE UPDATE ON readers_retraction
BEGIN SELECT RAISE(ABORT, 'retraction is append-only'); END

CREATE TRIGGER readers_retraction_no_delete BEFORE DELETE ON readers_retraction
BEGIN SELECT RAISE(ABORT, 'retraction is append-only'); END

CREATE TRIGGER readers_room_no_update BEFORE UPDATE ON readers_room
BEGIN SELECT RAISE(ABORT, 'room is append-only'); END

CREATE TRIGGER readers_room_no_delete BEFORE DELETE ON readers_room
BEGIN SELECT RAISE(ABORT, 'room is append-only'); END

CREATE TRIGGER readers_roomact_no_update BEFORE UPDATE ON readers_roomact
BEGIN SELECT RAISE(ABORT, 'act of the room is append-only'); END

CREATE TRIGGER readers_roomact_no_delete BEFORE DELETE ON readers_roomact
BEGIN SELECT RAISE(ABORT, 'act of the room is append-only'); END

CREATE TRIGGER readers_signature_no_update BEFORE UPDATE ON readers_signature
BEGIN SELECT RAISE(ABORT, 'signature is append-only'); END

CREATE TRIGGER readers_signature_no_delete BEFORE DELETE ON readers_signature
BEGIN SELECT RAISE(ABORT, 'signature is append-only'); END

CREATE TRIGGER readers_void_no_update BEFORE UPDATE ON readers_void
BEGIN SELECT RAISE(ABORT, 'void is append-only'); END

CREATE TRIGGER readers_void_no_delete BEFORE DELETE ON readers_void
BEGIN SELECT RAISE(ABORT, 'void is append-only'); END

CREATE TRIGGER readers_observation_unscored BEFORE INSERT ON readers_observation
WHEN EXISTS (
    SELECT 1 FROM readers_assignment a WHERE a.id = NEW.assignment_id AND a.phase = 'blinded'
)
BEGIN SELECT RAISE(ABORT, 'observation refused: blinded videos are scored, not noted on'); END

CREATE TRIGGER readers_roomact_before_lock BEFORE INSERT ON readers_roomact
WHEN EXISTS (
    SELECT 1 FROM readers_study s WHERE s.id = NEW.study_id AND s.form_locked_at IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'act refused: the form is locked and the room is closed'); END

CREATE TRIGGER readers_roomact_vote_of_reader BEFORE INSERT ON readers_roomact
WHEN EXISTS (
    SELECT 1 WHERE NEW.kind = 'voted' AND NOT EXISTS (
        SELECT 1 FROM readers_reader r WHERE r.study_id = NEW.study_id AND r.user_id = NEW.by_id
    )
)
BEGIN SELECT RAISE(ABORT, 'vote refused: only readers of the study vote'); END

CREATE TRIGGER readers_study_form_signed BEFORE UPDATE ON readers_study
WHEN OLD.form_locked_at IS NULL AND NEW.form_locked_at IS NOT NULL AND NEW.sign_off_required AND EXISTS (
    SELECT 1 FROM readers_reader r WHERE r.study_id = NEW.id AND NOT EXISTS (
        SELECT 1
        FROM readers_signature g LEFT JOIN readers_void v ON v.signature_id = g.id
        WHERE g.study_id = NEW.id AND g.user_id = r.user_id AND g.meaning = 'form'
        AND g.sha256 = NEW.form_sha256 AND v.id IS NULL
    )
)
BEGIN SELECT RAISE(ABORT, 'form refused: not every reader has signed it'); END
