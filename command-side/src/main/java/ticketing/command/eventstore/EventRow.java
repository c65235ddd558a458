package ticketing.command.eventstore;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** An event on its way into the table. */
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
        OffsetDateTime timestamp) {}
