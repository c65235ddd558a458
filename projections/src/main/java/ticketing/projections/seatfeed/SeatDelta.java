package ticketing.projections.seatfeed;

import java.util.SequencedMap;

/**
 * What changed after one position up to another.
 *
 * @param changes the last status of each changed seat, by seat index
 */
record SeatDelta(long prevSeq, long seq, SequencedMap<Integer, SeatStatus> changes) {}
