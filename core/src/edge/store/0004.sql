-- Credentials that the association issued to this phone, as they came; earlier ones stay, because each is judged at the
-- time of what it is asked about.
CREATE TABLE credential (
    sha256 TEXT PRIMARY KEY,
    file   BLOB NOT NULL
) STRICT;

-- The newest list of what the association has taken back, as it came.
CREATE TABLE revocations (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    file BLOB NOT NULL
) STRICT;
