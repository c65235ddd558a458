-- How far the demo season has been loaded; empty where nobody asked for one.
CREATE SCHEMA demo;

CREATE TABLE demo.season (
    only_one   boolean     PRIMARY KEY DEFAULT true CHECK (only_one),
    -- All dates of the season count from here, so that a load that was interrupted goes on with the same dates.
    started_at timestamptz NOT NULL,
    -- So many of the season's commands, in their order, have been carried out.
    done       integer     NOT NULL DEFAULT 0
);
