-- Other systems that are told what happens. position: of the last event that was delivered or was not wanted. version: raised when somebody changes the webhook, so that
-- a delivery that is under way does not overwrite it. The secret has to be readable, because it signs.
CREATE SCHEMA webhook;

CREATE TABLE webhook.webhook (
    webhook_id  text PRIMARY KEY,
    url         text        NOT NULL,
    secret      bytea       NOT NULL,
    -- Empty: all.
    types       text[]      NOT NULL,
    state       text        NOT NULL CHECK (state IN ('ACTIVE', 'STOPPED')),
    position    bigint      NOT NULL,
    failures    integer     NOT NULL DEFAULT 0,
    next_try_at timestamptz,
    last_answer text,
    version     bigint      NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL
) WITH (fillfactor = 50);
