package ticketing.projections.replay;

import java.time.Instant;
import java.util.List;
import ticketing.messages.Event;

/**
 * A read model that can be built anew beside itself: it writes wherever it is told to, and with the same code whether the events come one after the other as they
 * happen or many thousands at a time out of the store. It does nothing but write its tables, so a replay has no other effect.
 */
public interface Replayable {

    /** The processing group, which names the read model. */
    String group();

    /** The tables it fills, and nobody else, without their schema. */
    List<String> tables();

    /** The sealed interfaces whose events it needs. */
    List<Class<? extends Event>> concerns();

    /** What is to be gathered of the next events, still empty. */
    Changes changes();

    /**
     * Makes tables that were copied ready to take in the events from this position on once more. A row that has seen one of these events forgets that it has.
     *
     * @param from at least 1
     * @return the position from which on events have to be handled, at most {@code from}
     */
    default long rewind(Tables tables, long from) {
        return from;
    }

    /** What some events change, written together. Used by one thread at a time. */
    interface Changes {

        /**
         * Takes one more event in; the first has the lowest position.
         *
         * @param at when it was published
         */
        void add(Event event, long position, Instant at);

        /** Writes everything within the transaction that is open. Nothing is added afterwards. Events that the tables have seen before change nothing. */
        void write(Tables tables);
    }
}
