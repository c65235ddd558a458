package ticketing.command.eventstore;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngine;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.messages.Gathering;

/**
 * Events in {@code store.domain_event}. Appends go through {@link GroupCommit}; reads are plain queries. Tokens are plain positions, because positions
 * have no gaps and follow the order of commits.
 */
public final class PostgresEventStorageEngine extends BatchingEventStorageEngine {

    private static final String COLUMNS =
            "aggregate_type, aggregate_identifier, sequence_number, event_identifier, time_stamp, payload_type, payload_revision, payload, meta_data";

    /** The type under which an event is stored that no aggregate published. */
    static final String NO_AGGREGATE = "";

    private static final int STREAMS_A_PAGE = 20_000;

    private final GroupCommit groupCommit;
    private final JdbcClient jdbc;
    private final boolean snapshots;
    private final Gathering<String, List<DomainEventData<byte[]>>> streams;
    private final @Nullable KnownStreams known;

    /**
     * @param batchSize how many events one read fetches at most
     * @param snapshots whether any aggregate has snapshots; if none has, loading one costs a query less
     * @param soleWriter whether no other process writes to the store, so that this one can know which streams exist
     */
    public PostgresEventStorageEngine(
            DataSource dataSource,
            GroupCommit groupCommit,
            Serializer serializer,
            EventUpcaster upcasters,
            int batchSize,
            boolean snapshots,
            boolean soleWriter) {
        this(
                dataSource,
                groupCommit,
                new Builder() {}.batchSize(batchSize)
                        .eventSerializer(serializer)
                        .snapshotSerializer(serializer)
                        .upcasterChain(upcasters),
                snapshots,
                soleWriter);
    }

    /** With everything that Axon's engines can be told; what tells conflicts from other failures is not asked, because the group commit knows. */
    PostgresEventStorageEngine(
            DataSource dataSource, GroupCommit groupCommit, Builder builder, boolean snapshots, boolean soleWriter) {
        super(builder);
        this.groupCommit = groupCommit;
        this.jdbc = JdbcClient.create(dataSource);
        this.snapshots = snapshots;
        this.streams = new Gathering<>(this::fetchStreams);
        if (soleWriter) {
            KnownStreams streamsOfShows = new KnownStreams(this::lookUpStreams);
            groupCommit.onWritten(streamsOfShows);
            this.known = streamsOfShows;
        } else {
            this.known = null;
        }
    }

    /** Whether there may be events of this aggregate; false only if there surely are none. Costs no query. */
    public boolean mayExist(String aggregateIdentifier) {
        return known == null || known.mayExist(aggregateIdentifier);
    }

    private void lookUpStreams(String show, LongConsumer found) {
        String after = show + "-";
        List<String> page;
        do {
            // '.' follows '-': it is the first key behind all keys of the show.
            page = jdbc.sql("""
                            SELECT aggregate_identifier FROM store.domain_event
                            WHERE aggregate_identifier > ? AND aggregate_identifier < ? AND sequence_number = 0
                            ORDER BY aggregate_identifier LIMIT ?
                            """)
                    .params(after, show + ".", STREAMS_A_PAGE)
                    .query(String.class)
                    .list();
            page.forEach(stream -> found.accept(KnownStreams.hash(stream)));
            if (!page.isEmpty()) {
                after = page.getLast();
            }
        } while (page.size() == STREAMS_A_PAGE);
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        List<EventRow> rows = new ArrayList<>(events.size());
        for (EventMessage<?> event : events) {
            rows.add(row(event, serializer));
        }
        if (!rows.isEmpty()) {
            groupCommit.append(rows);
        }
    }

    private static EventRow row(EventMessage<?> message, Serializer serializer) {
        // An event that no aggregate published is a stream of its own.
        DomainEventMessage<?> event = message instanceof DomainEventMessage<?> domainEvent
                ? domainEvent
                : new GenericDomainEventMessage<>(
                        NO_AGGREGATE, message.getIdentifier(), 0L, message, message::getTimestamp);
        SerializedObject<byte[]> payload = event.serializePayload(serializer, byte[].class);
        SerializedObject<byte[]> metaData = event.serializeMetaData(serializer, byte[].class);
        return new EventRow(
                event.getAggregateIdentifier(),
                event.getSequenceNumber(),
                event.getType(),
                event.getIdentifier(),
                payload.getType().getName(),
                payload.getType().getRevision(),
                payload.getData(),
                metaData.getData(),
                event.getTimestamp(),
                event);
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(
            String aggregateIdentifier, long firstSequenceNumber, int batchSize) {
        if (firstSequenceNumber == 0) {
            if (!mayExist(aggregateIdentifier)) {
                return List.of();
            }
            Together together = together(aggregateIdentifier);
            if (together != null) {
                return together.take(aggregateIdentifier);
            }
            List<DomainEventData<byte[]>> stream = streams.ask(aggregateIdentifier);
            return stream == null ? List.of() : stream;
        }
        return jdbc.sql(
                        "SELECT " + COLUMNS
                                + " FROM store.domain_event WHERE aggregate_identifier = ? AND sequence_number >= ? ORDER BY sequence_number LIMIT ?")
                .params(aggregateIdentifier, firstSequenceNumber, batchSize)
                .query(DOMAIN_EVENT)
                .list();
    }

    /**
     * Has the streams of these aggregates read with one query when the first of them is asked for in the current unit of work. They have to be locked, so that
     * what is read of the last is still true when it is asked for.
     */
    public void readTogether(List<String> aggregateIdentifiers) {
        Together together = new Together(aggregateIdentifiers);
        aggregateIdentifiers.forEach(
                identifier -> CurrentUnitOfWork.get().resources().put(Together.class.getName() + identifier, together));
    }

    private static @Nullable Together together(String aggregateIdentifier) {
        return CurrentUnitOfWork.isStarted()
                ? CurrentUnitOfWork.get().getResource(Together.class.getName() + aggregateIdentifier)
                : null;
    }

    /** Streams of which one unit of work will need most. */
    private final class Together {

        private final List<String> identifiers;
        private @Nullable Map<String, List<DomainEventData<byte[]>>> found;

        Together(List<String> identifiers) {
            this.identifiers = identifiers;
        }

        List<DomainEventData<byte[]>> take(String identifier) {
            if (found == null) {
                found = fetchStreams(identifiers);
            }
            return found.getOrDefault(identifier, List.of());
        }
    }

    /** The beginning of each of these streams; of most it is all there is. */
    private Map<String, List<DomainEventData<byte[]>>> fetchStreams(List<String> aggregateIdentifiers) {
        Map<String, List<DomainEventData<byte[]>>> found = new HashMap<>();
        jdbc.sql("SELECT " + COLUMNS + """
                         FROM unnest(?::text[]) AS wanted (id) CROSS JOIN LATERAL (
                          SELECT * FROM store.domain_event WHERE aggregate_identifier = wanted.id ORDER BY sequence_number LIMIT ?) AS stream
                        ORDER BY aggregate_identifier, sequence_number
                        """)
                .params(aggregateIdentifiers.toArray(String[]::new), batchSize())
                .query(row -> {
                    DomainEventData<byte[]> event = domainEvent(row);
                    found.computeIfAbsent(event.getAggregateIdentifier(), id -> new ArrayList<>())
                            .add(event);
                });
        return found;
    }

    @Override
    protected List<? extends TrackedEventData<?>> fetchTrackedEvents(@Nullable TrackingToken lastToken, int batchSize) {
        return jdbc.sql("SELECT position, " + COLUMNS
                        + " FROM store.domain_event WHERE position > ? ORDER BY position LIMIT ?")
                .params(positionOf(lastToken), batchSize)
                .query((row, i) -> tracked(new GlobalSequenceTrackingToken(row.getLong("position")), domainEvent(row)))
                .list();
    }

    private static TrackedEventData<byte[]> tracked(TrackingToken token, DomainEventData<byte[]> event) {
        return event.getType().equals(NO_AGGREGATE)
                ? new EventOfNoAggregate(token, event)
                : new TrackedDomainEventData<>(token, event);
    }

    /** What no aggregate published has no stream for whoever reads it, though it is stored as one. */
    private record EventOfNoAggregate(TrackingToken token, DomainEventData<byte[]> stored)
            implements TrackedEventData<byte[]> {

        @Override
        public TrackingToken trackingToken() {
            return token;
        }

        @Override
        public String getEventIdentifier() {
            return stored.getEventIdentifier();
        }

        @Override
        public Instant getTimestamp() {
            return stored.getTimestamp();
        }

        @Override
        public SerializedObject<byte[]> getMetaData() {
            return stored.getMetaData();
        }

        @Override
        public SerializedObject<byte[]> getPayload() {
            return stored.getPayload();
        }
    }

    private static long positionOf(@Nullable TrackingToken token) {
        return token == null
                ? 0
                : token.position()
                        .orElseThrow(() -> new IllegalArgumentException("a token without a position: " + token));
    }

    private static final RowMapper<DomainEventData<byte[]>> DOMAIN_EVENT = (row, i) -> domainEvent(row);

    private static GenericDomainEventEntry<byte[]> domainEvent(ResultSet row) throws SQLException {
        return new GenericDomainEventEntry<>(
                row.getString("aggregate_type"),
                row.getString("aggregate_identifier"),
                row.getLong("sequence_number"),
                row.getString("event_identifier"),
                // As text: an Instant it would cut off after the milliseconds.
                row.getObject("time_stamp", OffsetDateTime.class).toInstant().toString(),
                row.getString("payload_type"),
                row.getString("payload_revision"),
                row.getBytes("payload"),
                row.getBytes("meta_data"));
    }

    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer serializer) {
        EventRow row = row(snapshot, serializer);
        jdbc.sql("""
                        INSERT INTO store.snapshot (aggregate_identifier, sequence_number, aggregate_type, event_identifier,
                          payload_type, payload_revision, payload, meta_data, time_stamp)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (aggregate_identifier) DO UPDATE SET sequence_number = excluded.sequence_number,
                          aggregate_type = excluded.aggregate_type, event_identifier = excluded.event_identifier,
                          payload_type = excluded.payload_type, payload_revision = excluded.payload_revision,
                          payload = excluded.payload, meta_data = excluded.meta_data, time_stamp = excluded.time_stamp
                        WHERE snapshot.sequence_number < excluded.sequence_number
                        """)
                .param(row.aggregateIdentifier())
                .param(row.sequenceNumber())
                .param(row.aggregateType())
                .param(row.eventIdentifier())
                .param(row.payloadType())
                .param(row.payloadRevision())
                .param(row.payload())
                .param(row.metaData())
                .param(row.timestamp().atOffset(ZoneOffset.UTC))
                .update();
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        if (!snapshots) {
            return Stream.empty();
        }
        return jdbc
                .sql("SELECT " + COLUMNS + " FROM store.snapshot WHERE aggregate_identifier = ?")
                .param(aggregateIdentifier)
                .query(DOMAIN_EVENT)
                .list()
                .stream();
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
        return jdbc.sql(
                        "SELECT sequence_number FROM store.domain_event WHERE aggregate_identifier = ? ORDER BY sequence_number DESC LIMIT 1")
                .param(aggregateIdentifier)
                .query(Long.class)
                .optional();
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    @Override
    public @Nullable TrackingToken createHeadToken() {
        return tokenAt(head());
    }

    /** The position of the last event of any node; 0 if there is none. */
    public long head() {
        return jdbc.sql("SELECT position FROM store.event_head")
                .query(Long.class)
                .single();
    }

    @Override
    public @Nullable TrackingToken createTokenAt(Instant at) {
        // Commit order and event time differ by no more than a command's life, so the first later event is good enough
        // to start before.
        return tokenAt(jdbc.sql(
                        "SELECT coalesce((SELECT position - 1 FROM store.domain_event WHERE time_stamp >= ? ORDER BY position LIMIT 1), (SELECT position FROM store.event_head))")
                .param(at.atOffset(ZoneOffset.UTC))
                .query(Long.class)
                .single());
    }

    private static @Nullable TrackingToken tokenAt(long position) {
        return position == 0 ? null : new GlobalSequenceTrackingToken(position);
    }
}
