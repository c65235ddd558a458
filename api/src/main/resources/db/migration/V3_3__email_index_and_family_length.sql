-- Every login looks for email = ?, which an index on lower(email) does not serve.
ALTER TABLE account.person ADD CONSTRAINT person_email_in_lower_case CHECK (email = lower(email));
CREATE UNIQUE INDEX person_by_email ON account.person (email);
DROP INDEX account.person_email;

-- How many tokens its family had when it was issued: a family ends at a certain length, without counting its rows each time.
ALTER TABLE account.refresh_token ADD COLUMN ordinal integer NOT NULL DEFAULT 1;
ALTER TABLE account.refresh_token ALTER COLUMN ordinal DROP DEFAULT;
