package ticketing.projections.seatfeed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Rejected;
import ticketing.messages.Rejection;
import ticketing.messages.show.PricedSection;
import ticketing.projections.seatfeed.SeatChange.Changed;
import ticketing.projections.seatfeed.SeatChange.Closed;
import ticketing.projections.seatfeed.SeatChange.Opened;

/**
 * The seats of one show, twice: as the events left them (live), and as the last frame told them (framed), so that all watchers of a show share each
 * frame. Between two cuts only the live side moves.
 */
final class SeatBoard {

    private final String epoch;
    private final List<SeatRows.Section> sections;
    private final SeatCodes live;
    private final SeatCodes framed;
    private final ChangeHistory history;

    private boolean closed;
    private long liveSeq;
    private long framedSeq;

    private SeatBoard(
            String epoch, List<SeatRows.Section> sections, SeatCodes seats, int historyCapacity, long historyFloor) {
        this.epoch = epoch;
        this.sections = List.copyOf(sections);
        this.live = seats;
        this.framed = new SeatCodes(seats.seatCount());
        this.history = new ChangeHistory(historyCapacity, historyFloor);
    }

    /**
     * Puts together what the view knew and what has happened since.
     *
     * @param view the show's rows; absent if the view knows of no publication
     * @param viewedTo up to where the view had surely seen everything when it was read
     * @param recent the show's recent changes, oldest first: all of them after {@code recentFloor}, which is not after {@code viewedTo}, up to at
     *     least the position of the view's rows
     * @return empty if the show has no seats
     */
    static Optional<SeatBoard> load(
            String epoch,
            @Nullable SeatRows view,
            long viewedTo,
            List<SeatChange> recent,
            long recentFloor,
            int historyCapacity) {
        SeatCodes seats;
        List<SeatRows.Section> sections;
        Map<Integer, Long> seen = new HashMap<>();
        if (view != null) {
            sections = view.sections();
            seats = emptySeats(sections);
            for (SeatRows.Seat row : view.seats()) {
                if (seats.contains(row.seat()) && seats.get(row.seat()) != SeatStatus.NOT_FOR_SALE) {
                    seats.set(row.seat(), row.status());
                    if (row.position() > viewedTo) {
                        seen.put(row.seat(), row.position());
                    }
                }
            }
        } else {
            Optional<Opened> opened = recent.stream()
                    .filter(Opened.class::isInstance)
                    .map(Opened.class::cast)
                    .findFirst();
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            sections =
                    opened.get().sections().stream().map(SeatBoard::sectionOf).toList();
            seats = emptySeats(sections);
        }
        SeatBoard board = new SeatBoard(epoch, sections, seats, historyCapacity, recentFloor);
        if (view != null) {
            board.liveSeq = view.position();
        }
        for (SeatChange change : recent) {
            if (change instanceof Changed changed
                    && changed.position() <= Math.max(viewedTo, seen.getOrDefault(changed.seat(), 0L))) {
                // In the rows already; known to whoever asks what happened lately.
                board.remember(changed);
            } else {
                board.apply(change);
            }
        }
        if (view != null && view.cancelledAt() != null) {
            board.close(view.cancelledAt());
        }
        if (board.closed) {
            // Whatever the rows have seen after the end: the end is the last that a seat map shows.
            board.liveSeq = board.history.floor();
        }
        board.cut();
        return Optional.of(board);
    }

    /** A show as it was on the day it was published. */
    static SeatCodes emptySeats(Collection<SeatRows.Section> sections) {
        int seatCount = 0;
        for (SeatRows.Section section : sections) {
            seatCount = Math.max(seatCount, section.firstSeat() + section.seats());
        }
        SeatCodes seats = new SeatCodes(seatCount);
        for (SeatRows.Section section : sections) {
            if (section.forSale()) {
                for (int seat = section.firstSeat(); seat < section.firstSeat() + section.seats(); seat++) {
                    seats.set(seat, SeatStatus.AVAILABLE);
                }
            }
        }
        return seats;
    }

    private static SeatRows.Section sectionOf(PricedSection section) {
        return new SeatRows.Section(section.name(), section.firstSeat(), section.seats(), section.price() != null, 0);
    }

    /** Takes in the show's next event. */
    synchronized void apply(SeatChange change) {
        switch (change) {
            case Opened opened -> {
                // Nothing of a show can have been seen before it was published.
                if (opened.position() > liveSeq) {
                    liveSeq = opened.position();
                    history.restart(opened.position());
                }
            }
            case Closed closing -> close(closing.position());
            case Changed changed -> change(changed);
        }
    }

    private void change(Changed changed) {
        int seat = changed.seat();
        if (closed || !live.contains(seat) || live.get(seat) == SeatStatus.NOT_FOR_SALE) {
            return;
        }
        live.set(seat, changed.status());
        liveSeq = Math.max(liveSeq, changed.position());
        history.add(changed);
    }

    private void remember(Changed changed) {
        if (!closed) {
            history.add(changed);
        }
    }

    private void close(long position) {
        if (!closed) {
            closed = true;
            live.fill(SeatStatus.NOT_FOR_SALE);
            liveSeq = position;
            // Telling every seat one by one would be longer than a snapshot.
            history.restart(position);
        }
    }

    /** Makes the live state the framed one. */
    synchronized void cut() {
        framed.copyFrom(live);
        framedSeq = liveSeq;
    }

    synchronized long framedSeq() {
        return framedSeq;
    }

    synchronized long liveSeq() {
        return liveSeq;
    }

    /**
     * The seats of these sections.
     *
     * @param names none of them stands for the whole show
     * @throws Rejected {@link Rejection.Invalid} if the show has no section of one of these names
     */
    SeatScope scope(Collection<String> names) {
        if (names.isEmpty()) {
            return SeatScope.EVERYTHING;
        }
        List<SeatRows.Section> wanted = new ArrayList<>();
        for (String name : names) {
            wanted.add(sections.stream()
                    .filter(section -> section.name().equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new Rejected(new Rejection.Invalid("section", "is not a section of this event"))));
        }
        return SeatScope.of(wanted);
    }

    /** As the last cut left them. */
    synchronized SeatCodes framed() {
        return framed.copy();
    }

    synchronized Availability live() {
        return new Availability(liveSeq, epoch, live.seatCount(), live.base64());
    }

    /** What changed after one position up to another, which is not after the last cut unless it is the first; empty if that is no longer known. */
    synchronized Optional<SeatDelta> changes(long after, long upTo) {
        return history.between(after, upTo);
    }
}
