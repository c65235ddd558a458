package ticketing.command.eventstore;

import java.time.Instant;

/** A deadline that is armed together with the events that led to it. The byte arrays are serialised JSON and not changed once here. */
@SuppressWarnings("ArrayRecordComponent")
public record DeadlineRow(
        String id, String name, byte[] scope, String scopeType, byte[] payload, String payloadType, Instant dueAt) {}
