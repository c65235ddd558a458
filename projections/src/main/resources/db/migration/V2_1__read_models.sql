-- The read models: rebuilt from the events at any time, so nothing here is the truth. Every row that an event changes carries the position of
-- the last event that did, and an older event changes nothing.
CREATE SCHEMA view;

-- Typing errors in searches are forgiven with it. Trusted: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- catalogue -----------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE view.venue (
    venue_id         text PRIMARY KEY,
    organizer_id     text NOT NULL,
    name             text NOT NULL,
    line1            text NOT NULL,
    city             text NOT NULL,
    country          text NOT NULL,
    lat              double precision NOT NULL,
    lon              double precision NOT NULL,
    zone             text NOT NULL,
    seat_map_version integer NOT NULL DEFAULT 0,
    position         bigint NOT NULL
);
CREATE INDEX venue_place ON view.venue (lat, lon);

-- All versions: a published show keeps the one it was published with.
CREATE TABLE view.seat_map (
    venue_id   text NOT NULL,
    version    integer NOT NULL,
    seat_map   jsonb NOT NULL,
    seat_count integer NOT NULL,
    PRIMARY KEY (venue_id, version)
);

CREATE TABLE view.performer (
    performer_id text PRIMARY KEY,
    organizer_id text NOT NULL,
    name         text NOT NULL,
    description  text NOT NULL,
    genre        text NOT NULL,
    image_id     text,
    position     bigint NOT NULL
);

-- details: JSON of ShowDetails; prices: JSON by section name; sections: JSON of the priced sections, from publication on.
CREATE TABLE view.show (
    show_id          text PRIMARY KEY,
    organizer_id     text NOT NULL,
    venue_id         text NOT NULL,
    status           text NOT NULL,
    name             text NOT NULL,
    starts_at        timestamptz NOT NULL,
    details          jsonb NOT NULL,
    prices           jsonb NOT NULL,
    performer_ids    text[] NOT NULL,
    seat_map_version integer,
    sections         jsonb,
    published_at     timestamptz,
    position         bigint NOT NULL
);
CREATE INDEX show_venue ON view.show (venue_id);
CREATE INDEX show_performers ON view.show USING gin (performer_ids);

-- One row for each published show: what a search compares and shows, drawn together from show, venue and performers. The text is folded by the
-- program, so no dictionary or extension of the server decides what is found.
CREATE TABLE view.search (
    show_id         text PRIMARY KEY,
    name            text NOT NULL,
    type            text NOT NULL,
    starts_at       timestamptz NOT NULL,
    over_at         timestamptz NOT NULL,
    zone            text NOT NULL,
    venue_id        text NOT NULL,
    venue_name      text NOT NULL,
    city            text NOT NULL,
    country         text NOT NULL,
    lat             double precision NOT NULL,
    lon             double precision NOT NULL,
    performers      text[] NOT NULL,
    min_price       numeric,
    currency        text,
    image_id        text,
    words           tsvector NOT NULL,
    place_words     tsvector NOT NULL,
    performer_words tsvector NOT NULL
);
CREATE INDEX search_words ON view.search USING gin (words);
CREATE INDEX search_place_words ON view.search USING gin (place_words);
CREATE INDEX search_performer_words ON view.search USING gin (performer_words);
CREATE INDEX search_starts_at ON view.search (starts_at);
CREATE INDEX search_place ON view.search (lat, lon);

-- Every word that a search can find, to look a mistyped one up.
CREATE TABLE view.search_word (
    word text PRIMARY KEY
);
CREATE INDEX search_word_trigrams ON view.search_word USING gin (word gin_trgm_ops);
CREATE INDEX search_word_prefix ON view.search_word (word text_pattern_ops);

-- seat-view -----------------------------------------------------------------------------------------------------------------------------------

-- A place that nobody ever wanted has no row. status: 0 available, 1 held, 2 sold. Updates touch no indexed column, and the room left in each
-- page keeps them on it.
CREATE TABLE view.seat (
    show_id    text NOT NULL,
    seat       integer NOT NULL,
    status     smallint NOT NULL,
    booking_id text,
    position   bigint NOT NULL,
    PRIMARY KEY (show_id, seat)
) WITH (fillfactor = 70);

-- The sections of published shows and how many of their places are taken. position: of the last event that changed a count.
CREATE TABLE view.section (
    show_id    text NOT NULL,
    section    text NOT NULL,
    ordinal    integer NOT NULL,
    first_seat integer NOT NULL,
    seats      integer NOT NULL,
    amount     numeric,
    currency   text,
    held       integer NOT NULL DEFAULT 0,
    sold       integer NOT NULL DEFAULT 0,
    available  integer GENERATED ALWAYS AS (CASE WHEN amount IS NULL THEN 0 ELSE seats - held - sold END) STORED,
    position   bigint NOT NULL,
    PRIMARY KEY (show_id, first_seat)
) WITH (fillfactor = 70);

-- booking-view --------------------------------------------------------------------------------------------------------------------------------

-- reserved_position: of the event that made it, the order in which a buyer's bookings are listed.
CREATE TABLE view.booking (
    booking_id        text PRIMARY KEY,
    show_id           text NOT NULL,
    buyer_id          text NOT NULL,
    status            text NOT NULL,
    total             numeric NOT NULL,
    currency          text NOT NULL,
    reserved_at       timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    payment_id        text,
    payment_status    text,
    payment_amount    numeric,
    reserved_position bigint NOT NULL,
    position          bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX booking_buyer ON view.booking (buyer_id, reserved_position DESC);

-- The tickets of every booking there ever was. A ticket belongs to the buyer of the one CONFIRMED booking that has it.
CREATE TABLE view.booking_ticket (
    booking_id text NOT NULL,
    ordinal    smallint NOT NULL,
    show_id    text NOT NULL,
    seat       integer NOT NULL,
    section    text NOT NULL,
    amount     numeric NOT NULL,
    currency   text NOT NULL,
    PRIMARY KEY (booking_id, ordinal)
);
CREATE INDEX booking_ticket_seat ON view.booking_ticket (show_id, seat);
