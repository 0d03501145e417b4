-- Claim notices are frozen as records and statements are.
CREATE TABLE document_next (
    case_id TEXT NOT NULL REFERENCES cases (id),
    kind    TEXT NOT NULL CHECK (kind IN ('record', 'statement', 'notice')),
    number  INTEGER NOT NULL,
    bytes   BLOB NOT NULL,
    head    INTEGER NOT NULL,
    PRIMARY KEY (case_id, kind, number),
    FOREIGN KEY (case_id, head) REFERENCES head (case_id, size)
) STRICT, WITHOUT ROWID;
INSERT INTO document_next SELECT case_id, kind, number, bytes, head FROM document;
DROP TABLE document;
ALTER TABLE document_next RENAME TO document;

-- The newest that an insurer said of a claim notice; the case may be another phone's.
CREATE TABLE claim_told (
    case_id TEXT NOT NULL,
    claim   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (case_id, claim)
) STRICT, WITHOUT ROWID;
