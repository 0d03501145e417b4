-- What the queue is asked by, so that thousands of rows that wait cost a poll nothing: they repeat what the row itself
-- says, and are written with it.
ALTER TABLE outbox ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting';
ALTER TABLE outbox ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN boot TEXT NOT NULL DEFAULT '';
UPDATE outbox SET
    lane = CASE json_extract(CAST(item AS TEXT), '$.payload.kind')
        WHEN 'event' THEN 0 WHEN 'notice' THEN 2 WHEN 'photo' THEN 3 ELSE 1 END,
    state = json_extract(CAST(item AS TEXT), '$.state.state'),
    due = coalesce(json_extract(CAST(item AS TEXT), '$.state.not_before_ms'), 0),
    boot = coalesce(json_extract(CAST(item AS TEXT), '$.state.boot'), '');
CREATE INDEX outbox_turn ON outbox (lane, case_id, place) WHERE state = 'waiting' AND lane > 0;
CREATE INDEX outbox_newest ON outbox (place) WHERE state = 'waiting' AND lane = 0;
CREATE INDEX outbox_later ON outbox (boot, due) WHERE state = 'waiting' AND due > 0;
CREATE INDEX outbox_other ON outbox (state, place) WHERE state <> 'waiting' AND state <> 'done';
CREATE INDEX outbox_case ON outbox (case_id, place);

-- The camera's files that are still to be removed.
CREATE INDEX photo_temporary ON photo (id) WHERE temporary IS NOT NULL;

-- Heads that the signer has still to be asked for.
CREATE INDEX head_unsigned ON head (case_id) WHERE signature IS NULL;

-- The name under which others know the accident of a case, so that none has to be unfolded to be found.
ALTER TABLE cases ADD COLUMN accident TEXT;
CREATE INDEX cases_accident ON cases (accident);
CREATE INDEX cases_opened ON cases (opened, id);

-- What a duty event is, so that a few kinds are found among thousands.
ALTER TABLE duty_event ADD COLUMN kind TEXT NOT NULL DEFAULT '';
UPDATE duty_event SET kind = json_extract(CAST(event AS TEXT), '$.kind');
CREATE INDEX duty_event_kind ON duty_event (kind, seq);

-- Whose documents still want a time-stamp.
ALTER TABLE document ADD COLUMN stamped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX document_unstamped ON document (case_id) WHERE NOT stamped;

-- Entries of the feed that this app cannot read, as they came: visible, out of the way of the rest, and read again by an
-- app that can.
CREATE TABLE inbox_aside (
    cursor TEXT PRIMARY KEY,
    entry  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
