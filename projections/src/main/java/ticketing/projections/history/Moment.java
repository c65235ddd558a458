package ticketing.projections.history;

import java.util.Arrays;

/** A show's seats after some of its entries; entries are added in order. Used by one thread. */
final class Moment {

    static final short DRAFT = 0;
    static final short PUBLISHED = 1;
    static final short CANCELLED = 2;

    private long position;
    private long entries;
    private long latest;
    private long seq;
    private short phase;
    private byte[] statuses;
    /** So many bytes of the statuses are in use. */
    private int used;

    /** Before the first entry. */
    Moment() {
        this(0, 0, Long.MIN_VALUE, 0, DRAFT, new byte[0]);
    }

    Moment(long position, long entries, long latest, long seq, short phase, byte[] statuses) {
        this.position = position;
        this.entries = entries;
        this.latest = latest;
        this.seq = seq;
        this.phase = phase;
        this.statuses = statuses;
        this.used = statuses.length;
    }

    void add(Entry entry) {
        position = entry.position();
        entries++;
        latest = Math.max(latest, entry.micros());
        int status = entry.what().seatStatus();
        if (status >= 0) {
            set(entry.seat(), status);
            if (phase != CANCELLED) {
                seq = position;
            }
        } else if (entry.what() == Happening.SHOW_PUBLISHED) {
            phase = PUBLISHED;
            seq = position;
        } else if (entry.what() == Happening.SHOW_CANCELLED) {
            phase = CANCELLED;
            seq = position;
        }
    }

    private void set(int seat, int status) {
        int index = seat >> 2;
        if (index >= used) {
            if (status == 0) {
                return;
            }
            if (index >= statuses.length) {
                // By half as much again: while a show sells, nearly every entry is of a seat further back.
                statuses = Arrays.copyOf(statuses, index + 1 + (index >> 1));
            }
            used = index + 1;
        }
        int shift = (seat & 3) << 1;
        statuses[index] = (byte) ((statuses[index] & ~(3 << shift)) | (status << shift));
    }

    long position() {
        return position;
    }

    long entries() {
        return entries;
    }

    long latest() {
        return latest;
    }

    long seq() {
        return seq;
    }

    short phase() {
        return phase;
    }

    /** Two bits a seat, as far as anybody ever wanted one; a copy. */
    byte[] statuses() {
        return Arrays.copyOf(statuses, used);
    }
}
