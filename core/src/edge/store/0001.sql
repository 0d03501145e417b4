-- What this phone is. Identity lives with the store (S10).
CREATE TABLE identity (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    device TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    id     TEXT PRIMARY KEY,
    nature TEXT NOT NULL CHECK (nature IN ('live', 'training')),
    opened INTEGER NOT NULL
) STRICT;

-- The journal of a case: the domain row of everything that happened.
CREATE TABLE journal (
    case_id TEXT NOT NULL REFERENCES cases (id),
    seq     INTEGER NOT NULL,
    entry   BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;

-- The custody leaf of each journal row: salt and hash; its bytes are made from the row.
CREATE TABLE leaf (
    case_id TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    salt    BLOB NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (case_id, seq),
    FOREIGN KEY (case_id, seq) REFERENCES journal (case_id, seq)
) STRICT, WITHOUT ROWID;

-- Frozen heads; the signature comes in a second transaction.
CREATE TABLE head (
    case_id   TEXT NOT NULL REFERENCES cases (id),
    size      INTEGER NOT NULL,
    head      BLOB NOT NULL,
    signature BLOB,
    PRIMARY KEY (case_id, size)
) STRICT, WITHOUT ROWID;

-- Photos: the wrapped key is the photo; dropping it is the deletion.
CREATE TABLE photo (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    sha256  TEXT NOT NULL,
    bytes   INTEGER NOT NULL,
    format  TEXT,
    key     BLOB
) STRICT;
CREATE INDEX photo_sha256 ON photo (sha256);

-- Records and statements as frozen, canonical.
CREATE TABLE document (
    case_id TEXT NOT NULL REFERENCES cases (id),
    kind    TEXT NOT NULL CHECK (kind IN ('record', 'statement')),
    number  INTEGER NOT NULL,
    bytes   BLOB NOT NULL,
    head    INTEGER NOT NULL,
    PRIMARY KEY (case_id, kind, number),
    FOREIGN KEY (case_id, head) REFERENCES head (case_id, size)
) STRICT, WITHOUT ROWID;

-- Duty events of this device, numbered without gaps.
CREATE TABLE duty_event (
    seq   INTEGER PRIMARY KEY,
    event BLOB NOT NULL
) STRICT;

CREATE TABLE outbox (
    op      TEXT PRIMARY KEY,
    place   INTEGER NOT NULL UNIQUE,
    case_id TEXT REFERENCES cases (id),
    after   TEXT REFERENCES outbox (op),
    item    BLOB NOT NULL,
    upload  TEXT
) STRICT;

-- Where the feed was read up to, and the highest lease ever given.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Open accidents heard of.
CREATE TABLE accident (
    id   TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
