package ticketing.command.eventstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which streams exist, for the shows that are in demand: most commands of an on-sale begin streams, and reading a stream that does not exist is the larger
 * part of their cost. Right only where this process is the only writer. It errs on one side: of a stream that exists it never says that it doesn't.
 *
 * <p>A stream belongs to the show whose identifier its own begins with, up to the first hyphen. A show is looked up after it has been asked for a few times,
 * beside the commands, which read as always until then.
 */
final class KnownStreams implements GroupCommit.Witness {

    private static final Logger LOG = LoggerFactory.getLogger(KnownStreams.class);

    /** So many questions make a show worth a look; many shows are asked for once. */
    private static final int IN_DEMAND = 16;

    /** Sixteen bytes each at most. */
    private static final int LARGEST_SHOW = 1_000_000;

    private static final int MOST_STREAMS = 4_000_000;

    /** Finds the identifiers of all streams of a show. */
    interface Lookup {
        void streamsOf(String show, LongConsumer found);
    }

    private final Lookup lookup;
    private final Executor threads;
    private final Cache<String, Known> shows = Caffeine.newBuilder()
            .maximumWeight(MOST_STREAMS)
            .weigher((String show, Known known) -> known.weight())
            .build();

    KnownStreams(Lookup lookup) {
        this(lookup, work -> Thread.ofVirtual().name("known-streams").start(work));
    }

    KnownStreams(Lookup lookup, Executor threads) {
        this.lookup = lookup;
        this.threads = threads;
    }

    /** Whether a stream of this identifier may exist; false only if it surely does not. */
    boolean mayExist(String stream) {
        String show = showOf(stream);
        if (show == null) {
            return true;
        }
        Known known = shows.get(show, _ -> new Known());
        if (known.complete) {
            return known.contains(hash(stream));
        }
        if (known.questions.incrementAndGet() == IN_DEMAND) {
            threads.execute(() -> lookUp(show, known));
        }
        return true;
    }

    @Override
    public void stored(DomainEventMessage<?> event) {
        if (event.getSequenceNumber() == 0) {
            begun(event.getAggregateIdentifier());
        }
    }

    @Override
    public void perhapsStored(DomainEventMessage<?> event) {
        stored(event);
    }

    /** To be called when a stream was begun, or may have been, and before anybody is told of it. */
    void begun(String stream) {
        String show = showOf(stream);
        Known known = show == null ? null : shows.getIfPresent(show);
        if (known != null) {
            known.add(hash(stream));
        }
    }

    private void lookUp(String show, Known known) {
        try {
            // What is begun meanwhile is added by the writer; what was begun before is found.
            lookup.streamsOf(show, known::add);
            known.complete = true;
            // Weighs it again.
            shows.asMap().replace(show, known, known);
        } catch (RuntimeException e) {
            LOG.warn("The streams of {} cannot be listed; they are read as always: {}", show, e.getMessage());
            known.questions.set(0);
        }
    }

    private static @Nullable String showOf(String stream) {
        int hyphen = stream.indexOf('-');
        return hyphen < 0 ? null : stream.substring(0, hyphen);
    }

    /** 64 bits of FNV-1a, mixed once more; two streams of one show that share it cost a needless read. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
        return hash ^ (hash >>> 32);
    }

    /** A set of hashes with open addressing; half of its places are free. */
    private static final class Known {

        private final AtomicInteger questions = new AtomicInteger();
        private long[] places = new long[64];
        private int size;
        private volatile boolean complete;
        private boolean full;

        synchronized boolean contains(long hash) {
            return full || places[placeOf(places, hash)] != 0;
        }

        synchronized void add(long hash) {
            if (full) {
                return;
            }
            int place = placeOf(places, hash);
            if (places[place] != 0) {
                return;
            }
            places[place] = hash == 0 ? 1 : hash;
            size++;
            if (size > LARGEST_SHOW) {
                full = true;
                places = new long[1];
            } else if (size * 2 > places.length) {
                long[] larger = new long[places.length * 2];
                for (long one : places) {
                    if (one != 0) {
                        larger[placeOf(larger, one)] = one;
                    }
                }
                places = larger;
            }
        }

        synchronized int weight() {
            return places.length;
        }

        private static int placeOf(long[] places, long hash) {
            long wanted = hash == 0 ? 1 : hash;
            int place = (int) wanted & (places.length - 1);
            while (places[place] != 0 && places[place] != wanted) {
                place = (place + 1) & (places.length - 1);
            }
            return place;
        }
    }
}
