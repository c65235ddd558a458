CREATE SCHEMA account;

-- The only place in which personal data is kept. Erasing a person deletes the row; everything else knows the pseudonym alone.
CREATE TABLE account.person (
    user_id       varchar(80)   PRIMARY KEY,
    email         varchar(254)  NOT NULL,
    name          varchar(200)  NOT NULL,
    password_hash varchar(100)  NOT NULL,
    roles         varchar(20)[] NOT NULL,
    created_at    timestamptz   NOT NULL,
    version       integer       NOT NULL
);

-- E-mails are stored in lower case; the index holds even if somebody forgets.
CREATE UNIQUE INDEX person_email ON account.person (lower(email));

-- Refresh tokens by their digest: reading this table gives nobody a token. A used one stays until its family ends, to recognise its theft.
CREATE TABLE account.refresh_token (
    token_hash bytea       PRIMARY KEY,
    family_id  uuid        NOT NULL,
    user_id    varchar(80) NOT NULL REFERENCES account.person ON DELETE CASCADE,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_token_family ON account.refresh_token (family_id);
CREATE INDEX refresh_token_user ON account.refresh_token (user_id);
CREATE INDEX refresh_token_expiry ON account.refresh_token (expires_at);

-- The key pair that signs access tokens. The one value that `slot` can have makes two nodes that start at once agree on one key.
CREATE TABLE account.signing_key (
    slot        smallint    PRIMARY KEY DEFAULT 1 CHECK (slot = 1),
    key_id      varchar(80) NOT NULL,
    private_key bytea       NOT NULL,
    public_key  bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Answers by Idempotency-Key. An answer is filled in once, beside its row: hence the room left on each page.
CREATE TABLE account.idempotency (
    user_id      varchar(80)  NOT NULL,
    key          varchar(255) NOT NULL,
    claim        uuid         NOT NULL,
    request_hash bytea        NOT NULL,
    state        varchar(10)  NOT NULL CHECK (state IN ('RUNNING', 'DONE')),
    status       smallint,
    content_type varchar(200),
    location     varchar(2000),
    body         bytea,
    created_at   timestamptz  NOT NULL,
    PRIMARY KEY (user_id, key)
) WITH (fillfactor = 60);
CREATE INDEX idempotency_age ON account.idempotency (created_at);
