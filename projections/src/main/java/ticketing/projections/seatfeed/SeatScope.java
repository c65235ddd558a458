package ticketing.projections.seatfeed;

import java.util.ArrayList;
import java.util.List;

/**
 * Which seats of a show a watcher is told of: all, or those of some sections. Equal for all who are told of the same seats, however they asked for them.
 *
 * @param ranges ascending, neither overlapping nor touching; none at all stands for every seat
 */
record SeatScope(List<Range> ranges) {

    static final SeatScope EVERYTHING = new SeatScope(List.of());

    /** Neighbouring seats. */
    record Range(int firstSeat, int seats) {
        int end() {
            return firstSeat + seats;
        }
    }

    SeatScope {
        ranges = List.copyOf(ranges);
    }

    /**
     * What these sections have together.
     *
     * @param sections at least one
     */
    static SeatScope of(List<SeatRows.Section> sections) {
        List<Range> merged = new ArrayList<>();
        sections.stream()
                .map(section -> new Range(section.firstSeat(), section.seats()))
                .sorted((a, b) -> Integer.compare(a.firstSeat(), b.firstSeat()))
                .forEach(range -> {
                    Range last = merged.isEmpty() ? null : merged.getLast();
                    if (last != null && range.firstSeat() <= last.end()) {
                        int end = Math.max(last.end(), range.end());
                        merged.set(merged.size() - 1, new Range(last.firstSeat(), end - last.firstSeat()));
                    } else {
                        merged.add(range);
                    }
                });
        return new SeatScope(merged);
    }

    boolean isEverything() {
        return ranges.isEmpty();
    }

    boolean contains(int seat) {
        if (ranges.isEmpty()) {
            return true;
        }
        for (Range range : ranges) {
            if (seat < range.firstSeat()) {
                return false;
            }
            if (seat < range.end()) {
                return true;
            }
        }
        return false;
    }
}
