package ticketing.projections.seatfeed;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import ticketing.projections.seatfeed.SeatChange.Changed;

/** The last changes of one show, as many as fit; from them a watcher who missed something is told only that. Not safe for use by several threads. */
final class ChangeHistory {

    private static final int SMALLEST = 64;

    private final int capacity;
    private long[] positions;
    private int[] seats;
    private byte[] codes;
    private int first;
    private int size;
    private long floor;

    /**
     * @param capacity how many changes are kept at most
     * @param floor the position up to which nothing is known
     */
    ChangeHistory(int capacity, long floor) {
        this.capacity = capacity;
        this.floor = floor;
        int length = Math.min(SMALLEST, capacity);
        this.positions = new long[length];
        this.seats = new int[length];
        this.codes = new byte[length];
    }

    /** The position up to which nothing is known. */
    long floor() {
        return floor;
    }

    /** Forgets everything up to this position. */
    void restart(long position) {
        size = 0;
        floor = position;
    }

    void add(Changed change) {
        if (size == positions.length) {
            if (size < capacity) {
                grow();
            } else {
                floor = positions[first];
                first = (first + 1) % positions.length;
                size--;
            }
        }
        int at = (first + size) % positions.length;
        positions[at] = change.position();
        seats[at] = change.seat();
        codes[at] = (byte) change.status().code();
        size++;
    }

    private void grow() {
        int length = Math.min(capacity, 2 * positions.length);
        long[] morePositions = new long[length];
        int[] moreSeats = new int[length];
        byte[] moreCodes = new byte[length];
        for (int i = 0; i < size; i++) {
            int from = (first + i) % positions.length;
            morePositions[i] = positions[from];
            moreSeats[i] = seats[from];
            moreCodes[i] = codes[from];
        }
        positions = morePositions;
        seats = moreSeats;
        codes = moreCodes;
        first = 0;
    }

    /** What changed after one position up to and including another; empty if that is no longer known. */
    Optional<SeatDelta> between(long after, long upTo) {
        if (after < floor) {
            return Optional.empty();
        }
        SequencedMap<Integer, SeatStatus> changes = new LinkedHashMap<>();
        int i = size;
        while (i > 0 && positions[(first + i - 1) % positions.length] > after) {
            i--;
        }
        for (; i < size; i++) {
            int at = (first + i) % positions.length;
            if (positions[at] > upTo) {
                break;
            }
            changes.put(seats[at], SeatStatus.of(codes[at]));
        }
        return Optional.of(new SeatDelta(after, upTo, changes));
    }
}
