package ticketing.projections.seatfeed;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What changed after one position up to another.
 *
 * @param changes the last status of each changed seat, by seat index
 */
record SeatDelta(long prevSeq, long seq, SequencedMap<Integer, SeatStatus> changes) {

    /** What of it concerns these seats. */
    SeatDelta within(SeatScope scope) {
        SequencedMap<Integer, SeatStatus> theirs = new LinkedHashMap<>();
        changes.forEach((seat, status) -> {
            if (scope.contains(seat)) {
                theirs.put(seat, status);
            }
        });
        return new SeatDelta(prevSeq, seq, theirs);
    }

    boolean concerns(SeatScope scope) {
        return changes.keySet().stream().anyMatch(scope::contains);
    }
}
