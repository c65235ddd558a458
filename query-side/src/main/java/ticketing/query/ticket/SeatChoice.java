package ticketing.query.ticket;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import ticketing.messages.show.PricedSection;
import ticketing.query.venue.SeatLayout;

/**
 * Chooses seats as a good clerk would: side by side in one row, as near the middle and the front as there are. If nowhere enough are side by side,
 * then in as few groups as possible within one section, and only then anywhere; the cheaper sections first, because nobody asked for dear seats
 * apart from each other.
 */
final class SeatChoice {

    /** Among how many good groups buyers are spread. They do not overlap, so buyers with different ones do not meet. */
    private static final int GOOD_GROUPS = 32;

    /** What a seat for a wheelchair user counts as against, so that others are offered it last. */
    private static final double KEPT_FREE = 10_000;

    /** Breaks ties by the price, which otherwise does not matter among seats that the buyer would pay for. */
    private static final double CENT = 1e-6;

    private static final PricedSection NOT_FOR_SALE = new PricedSection("", 0, 0, null);

    private final SeatLayout layout;
    private final List<PricedSection> sections;
    private final IntPredicate free;
    private final boolean accessible;
    private final double middle;

    SeatChoice(SeatLayout layout, List<PricedSection> sections, IntPredicate free, boolean accessible) {
        this.layout = layout;
        this.sections = sections;
        this.free = free;
        this.accessible = accessible;
        double right = 0;
        for (int seat = 0; seat < layout.seatCount(); seat++) {
            right = Math.max(right, layout.x(seat));
        }
        this.middle = right / 2;
    }

    /** Free seats side by side. */
    private record Group(int firstSeat, int size, double badness) {
        IntStream seats() {
            return IntStream.range(firstSeat, firstSeat + size);
        }
    }

    /**
     * The seats to propose, as many as asked for, or none.
     *
     * @param seed 0 for the best; others get others of the best groups
     */
    List<Integer> best(int quantity, long seed) {
        List<Group> good = goodGroups(quantity);
        if (!good.isEmpty()) {
            return good.get(seed == 0 ? 0 : (int) Long.remainderUnsigned(mixed(seed), good.size()))
                    .seats()
                    .boxed()
                    .toList();
        }
        return split(quantity);
    }

    /** The best groups of this size, best first. */
    private List<Group> goodGroups(int quantity) {
        PriorityQueue<Group> best = new PriorityQueue<>(byBadness().reversed());
        Map<String, PricedSection> wanted = byName();
        for (SeatLayout.Section section : layout.sections()) {
            PricedSection priced = wanted.get(section.name());
            if (priced == null) {
                continue;
            }
            for (SeatLayout.Row row : section.rows()) {
                for (Group run : runs(row)) {
                    addGroups(best, run, quantity, price(priced));
                }
            }
        }
        List<Group> sorted = new ArrayList<>(best);
        sorted.sort(byBadness());
        return sorted;
    }

    /** Cuts the run into groups: one as near the middle as can be, the others side by side with it. */
    private void addGroups(PriorityQueue<Group> best, Group run, int quantity, double price) {
        int end = run.firstSeat + run.size;
        if (accessible) {
            // Around each of the seats that matter instead, without an overlap where the run is long enough.
            int from = run.firstSeat;
            for (int seat = run.firstSeat; seat < end; seat++) {
                if (layout.isAccessible(seat) && seat >= from) {
                    int first = Math.min(Math.max(from, seat - quantity / 2), end - quantity);
                    if (first >= run.firstSeat) {
                        add(best, first, quantity, price);
                        from = first + quantity;
                    }
                }
            }
            return;
        }
        int centred = run.firstSeat;
        double nearest = Double.MAX_VALUE;
        for (int seat = run.firstSeat; seat + quantity <= end; seat++) {
            double distance = Math.abs((layout.x(seat) + layout.x(seat + quantity - 1)) / 2 - middle);
            if (distance < nearest) {
                nearest = distance;
                centred = seat;
            }
        }
        if (nearest == Double.MAX_VALUE) {
            return;
        }
        int first = centred - (centred - run.firstSeat) / quantity * quantity;
        for (int seat = first; seat + quantity <= end; seat += quantity) {
            add(best, seat, quantity, price);
        }
    }

    private void add(PriorityQueue<Group> best, int firstSeat, int quantity, double price) {
        int special = 0;
        for (int seat = firstSeat; seat < firstSeat + quantity; seat++) {
            special += layout.isAccessible(seat) ? 1 : 0;
        }
        double x = (layout.x(firstSeat) + layout.x(firstSeat + quantity - 1)) / 2;
        double badness =
                Math.hypot(x - middle, layout.y(firstSeat)) + (accessible ? 0 : special * KEPT_FREE) + price * CENT;
        best.add(new Group(firstSeat, quantity, badness));
        if (best.size() > GOOD_GROUPS) {
            best.poll();
        }
    }

    /** All runs of free seats of a row. */
    private List<Group> runs(SeatLayout.Row row) {
        List<Group> runs = new ArrayList<>();
        int end = row.firstSeat() + row.labels().size();
        int begin = -1;
        for (int seat = row.firstSeat(); seat <= end; seat++) {
            if (seat < end && free.test(seat)) {
                begin = begin < 0 ? seat : begin;
            } else if (begin >= 0) {
                runs.add(new Group(begin, seat - begin, Math.hypot(layout.x(begin) - middle, layout.y(begin))));
                begin = -1;
            }
        }
        return runs;
    }

    private List<Integer> split(int quantity) {
        Map<String, PricedSection> wanted = byName();
        List<SeatLayout.Section> cheapestFirst = layout.sections().stream()
                .filter(section -> wanted.containsKey(section.name()))
                .sorted(Comparator.comparingDouble(section -> price(wanted.getOrDefault(section.name(), NOT_FOR_SALE))))
                .toList();
        List<Group> all = new ArrayList<>();
        for (SeatLayout.Section section : cheapestFirst) {
            List<Group> runs = new ArrayList<>();
            section.rows().forEach(row -> runs.addAll(runs(row)));
            runs.sort(Comparator.comparingInt(Group::size).reversed().thenComparing(byBadness()));
            List<Integer> chosen = take(runs, quantity);
            if (!chosen.isEmpty()) {
                return chosen;
            }
            all.addAll(runs);
        }
        return take(all, quantity);
    }

    /** From the runs in this order; nothing if they do not suffice. */
    private List<Integer> take(List<Group> runs, int quantity) {
        List<Integer> seats = new ArrayList<>(quantity);
        if (accessible) {
            runs.stream()
                    .flatMapToInt(Group::seats)
                    .filter(layout::isAccessible)
                    .limit(1)
                    .forEach(seats::add);
            if (seats.isEmpty()) {
                return List.of();
            }
        }
        runs.stream()
                .flatMapToInt(Group::seats)
                .filter(seat -> seats.isEmpty() || !accessible || seats.getFirst() != seat)
                .limit(quantity - seats.size())
                .forEach(seats::add);
        return seats.size() == quantity ? seats.stream().sorted().toList() : List.of();
    }

    private Map<String, PricedSection> byName() {
        Map<String, PricedSection> wanted = new HashMap<>();
        sections.forEach(section -> wanted.put(section.name(), section));
        return wanted;
    }

    private static Comparator<Group> byBadness() {
        return Comparator.comparingDouble(Group::badness).thenComparingInt(Group::firstSeat);
    }

    private static double price(PricedSection section) {
        BigDecimal amount =
                section.price() == null ? BigDecimal.ZERO : section.price().amount();
        return amount.doubleValue();
    }

    /** Spreads neighbouring seeds (SplitMix64). */
    private static long mixed(long seed) {
        long z = seed + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
