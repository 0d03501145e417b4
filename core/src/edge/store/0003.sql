-- Seals the labels of photo files, so that a photo whose row was never written can be adopted; another one after every
-- erasing.
CREATE TABLE label_key (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    key  BLOB NOT NULL
) STRICT;

-- The camera's own file of a photo that is safe, until it is removed.
ALTER TABLE photo ADD COLUMN temporary TEXT;
