-- A key lives for a day from its first use (created_at), however often a request under it is tried again; claimed_at is when the last try began.
ALTER TABLE account.idempotency ADD COLUMN claimed_at timestamptz NOT NULL DEFAULT now();

-- FREE: nothing to repeat, because the last try came to no answer; the same request may be carried out again.
ALTER TABLE account.idempotency DROP CONSTRAINT idempotency_state_check;
ALTER TABLE account.idempotency ADD CONSTRAINT idempotency_state_check CHECK (state IN ('RUNNING', 'DONE', 'FREE'));
