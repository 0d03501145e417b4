-- The shift of the one on duty, if there is one, and what the duty check remembers of the trip: a phone that was killed
-- goes on where it was.
CREATE TABLE duty_state (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    shift BLOB,
    watch BLOB NOT NULL
) STRICT;
