-- What callers have left of their request limits on all nodes together. Losing it in a crash costs nothing but a fresh start for everybody, so it is not logged.
-- Callers are digests: nobody's address or e-mail is kept.
CREATE UNLOGGED TABLE account.request_limit (
    limited    text             NOT NULL,
    caller     bytea            NOT NULL,
    tokens     double precision NOT NULL,
    burst      double precision NOT NULL,
    per_second double precision NOT NULL,
    at         timestamptz      NOT NULL,
    PRIMARY KEY (limited, caller)
) WITH (fillfactor = 60);

-- Which process carries the request out, as the number of its lock; what a process that is gone has begun may be begun again at once.
ALTER TABLE account.idempotency ADD COLUMN node integer;
