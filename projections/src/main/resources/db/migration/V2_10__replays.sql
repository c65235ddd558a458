-- The replays of read models that are under way, and the last one of each. While one is under way its new tables are in a schema of its own, replay_NAME, and
-- position says up to where they have seen the events: it is committed together with their rows.
CREATE TABLE view.replay (
    name             text PRIMARY KEY,
    state            text        NOT NULL CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED')),
    from_position    bigint      NOT NULL,
    position         bigint      NOT NULL,
    -- What the tables looked like when the new ones were made; another program may want others.
    shape            text,
    asked_at         timestamptz NOT NULL,
    -- Where and when the process that is at work began: the rate counts from there.
    resumed_at       timestamptz,
    resumed_position bigint,
    ended_at         timestamptz,
    failure          text
) WITH (fillfactor = 50);
