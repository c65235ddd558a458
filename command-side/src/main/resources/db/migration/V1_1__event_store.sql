CREATE SCHEMA store;

-- One row: the position of the last event. Whoever appends updates it in the same transaction and so holds its lock until the commit; that makes
-- positions gapless and their order the order of commits, on any number of nodes, and a reader at position n can never miss an event below n.
CREATE TABLE store.event_head (
    id       boolean PRIMARY KEY DEFAULT true CHECK (id),
    position bigint NOT NULL,
    epoch    text   NOT NULL
) WITH (fillfactor = 10);
INSERT INTO store.event_head (position, epoch) VALUES (0, replace(gen_random_uuid()::text, '-', ''));

-- "C" collation: everything of one show is one key range, compared byte by byte.
CREATE TABLE store.domain_event (
    position             bigint PRIMARY KEY,
    aggregate_identifier text COLLATE "C" NOT NULL,
    sequence_number      bigint           NOT NULL,
    aggregate_type       text             NOT NULL,
    event_identifier     text             NOT NULL,
    payload_type         text             NOT NULL,
    payload_revision     text,
    payload              bytea            NOT NULL,
    meta_data            bytea            NOT NULL,
    time_stamp           timestamptz      NOT NULL,
    UNIQUE (aggregate_identifier, sequence_number)
);

CREATE TABLE store.snapshot (
    aggregate_identifier text COLLATE "C" PRIMARY KEY,
    sequence_number      bigint           NOT NULL,
    aggregate_type       text             NOT NULL,
    event_identifier     text             NOT NULL,
    payload_type         text             NOT NULL,
    payload_revision     text,
    payload              bytea            NOT NULL,
    meta_data            bytea            NOT NULL,
    time_stamp           timestamptz      NOT NULL
);

-- Axon's JdbcTokenStore.
CREATE TABLE store.token (
    processor_name text    NOT NULL,
    segment        integer NOT NULL,
    token          bytea,
    token_type     text,
    timestamp      text,
    owner          text,
    PRIMARY KEY (processor_name, segment)
);

CREATE TABLE store.deadline (
    id           text PRIMARY KEY,
    name         text        NOT NULL,
    scope        bytea       NOT NULL,
    scope_type   text        NOT NULL,
    payload      bytea       NOT NULL,
    payload_type text        NOT NULL,
    due_at       timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0
);
CREATE INDEX deadline_due ON store.deadline (due_at);
CREATE INDEX deadline_name ON store.deadline (name);

-- The sandbox's own books, standing in for a payment provider's.
CREATE TABLE store.sandbox_payment (
    payment_id  text PRIMARY KEY,
    booking_id  text        NOT NULL,
    amount      bigint      NOT NULL,
    currency    text        NOT NULL,
    method      text        NOT NULL,
    status      text        NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);
