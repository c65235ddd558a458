-- history: what happened to each show and when, small enough to be kept beside every other read model. Details are in the event store, at the positions that
-- these entries name.

-- One row for each show and 128 positions of the store in which something happened to it. entries: 14 bytes each, in order: the position's distance from
-- window_start (1), what happened (1), the seat or -1 (4), microseconds since 1970 (8). At most 1,792 bytes, so that no row is stored out of line.
CREATE TABLE view.history (
    show_id      text COLLATE "C" NOT NULL,
    window_start bigint NOT NULL,
    entries      bytea  NOT NULL,
    PRIMARY KEY (show_id, window_start)
) WITH (fillfactor = 60);
ALTER TABLE view.history ALTER COLUMN entries SET STORAGE PLAIN;

CREATE TABLE view.history_show (
    show_id  text COLLATE "C" PRIMARY KEY,
    -- So many entries it has.
    entries  bigint NOT NULL,
    position bigint NOT NULL
) WITH (fillfactor = 60);

-- All seats after each 4,096th entry of a show, so that no moment is further from a known one than that. latest: the latest time of any entry so far, in
-- microseconds. statuses: two bits a seat as in an availability, as far as anybody ever wanted one. phase: 0 draft, 1 published, 2 cancelled. seq: of the last
-- event that changed a seat map.
CREATE TABLE view.history_keyframe (
    show_id  text COLLATE "C" NOT NULL,
    position bigint   NOT NULL,
    entries  bigint   NOT NULL,
    latest   bigint   NOT NULL,
    seq      bigint   NOT NULL,
    phase    smallint NOT NULL,
    statuses bytea    NOT NULL,
    PRIMARY KEY (show_id, position)
);
