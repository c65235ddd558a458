-- Who keeps the events. Where an Axon Server does, domain_event and event_head follow it as a read model, under the same positions; then nobody else may
-- append here, and a program that keeps its events in PostgreSQL does not start on this database until it was told that the events have moved back.
ALTER TABLE store.event_head
    ADD COLUMN kept_by text NOT NULL DEFAULT 'postgres' CHECK (kept_by IN ('postgres', 'axon-server'));
