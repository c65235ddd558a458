package ticketing.auditor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The faults that were found, each once, the first so many of them. */
final class Findings {

    /** Whoever has more than these needs no longer list. */
    static final int MOST_KEPT = 1_000;

    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private boolean more;

    void add(FaultKind kind, String subject, long position, String detail) {
        add(new Fault(kind, subject, position, detail));
    }

    void add(Fault fault) {
        if (faults.size() < MOST_KEPT) {
            faults.putIfAbsent(fault.key(), fault);
        } else if (!faults.containsKey(fault.key())) {
            more = true;
        }
    }

    void addAll(Findings others) {
        others.faults.values().forEach(this::add);
        more |= others.more;
    }

    List<Fault> list() {
        return List.copyOf(faults.values());
    }

    /** Whether there are more than are kept. */
    boolean isCut() {
        return more;
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }
}
