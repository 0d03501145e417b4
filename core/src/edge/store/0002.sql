-- Rule packs by the hash of their canonical document: those that came signed, and those that cases were begun under.
CREATE TABLE pack (
    sha256    TEXT PRIMARY KEY,
    document  BLOB NOT NULL,
    key       TEXT,
    signature TEXT,
    CHECK ((key IS NULL) = (signature IS NULL))
) STRICT, WITHOUT ROWID;

-- The rules a case was begun under; it stays under them.
CREATE TABLE case_pack (
    case_id TEXT PRIMARY KEY REFERENCES cases (id),
    pack    TEXT NOT NULL REFERENCES pack (sha256)
) STRICT, WITHOUT ROWID;

-- The last pack of the feed that was not taken, to be judged again at the next start; gone once one is taken.
CREATE TABLE pack_refused (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    file BLOB NOT NULL
) STRICT;
