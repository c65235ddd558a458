package ticketing.command.eventstore;

import java.time.Instant;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into the table.
 *
 * @param message the same event as it was published
 */
@SuppressWarnings("ArrayRecordComponent")
record EventRow(
        String aggregateIdentifier,
        long sequenceNumber,
        String aggregateType,
        String eventIdentifier,
        String payloadType,
        @Nullable String payloadRevision,
        byte[] payload,
        byte[] metaData,
        Instant timestamp,
        DomainEventMessage<?> message) {}
