package ticketing.projections.seatfeed;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import ticketing.projections.seatfeed.SeatScope.Range;

/** One message to the watchers of a show, encoded once in each of its forms for all of them. */
public final class SeatFrame {

    /** Whether a frame tells everything or only what changed. */
    public enum Kind {
        SNAPSHOT("snapshot"),
        DELTA("delta");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The message's type in the HTTP contract. */
        public String word() {
            return word;
        }
    }

    /** How a frame looks on some wire. Frames remember their forms by this object, so it has to be one constant for all. */
    @FunctionalInterface
    public interface Form {
        byte[] encode(SeatFrame frame);
    }

    private static final byte BINARY_SNAPSHOT = 1;
    private static final byte BINARY_DELTA = 2;
    private static final byte BINARY_SNAPSHOT_OF_SECTIONS = 3;

    private sealed interface Content {}

    private record Whole(int seatCount, List<Range> ranges, SeatCodes seats) implements Content {}

    private record Changes(SeatDelta delta) implements Content {}

    private final String epoch;
    private final long seq;
    private final Content content;
    private final Map<Form, byte[]> forms = new ConcurrentHashMap<>(4);

    private SeatFrame(String epoch, long seq, Content content) {
        this.epoch = epoch;
        this.seq = seq;
        this.content = content;
    }

    /**
     * Tells everything.
     *
     * @param seats all of the show; not changed any more
     * @param scope of which of them to tell
     */
    static SeatFrame snapshot(String epoch, long seq, SeatCodes seats, SeatScope scope) {
        SeatCodes told = scope.isEverything() ? seats : seats.only(scope.ranges());
        return new SeatFrame(epoch, seq, new Whole(seats.seatCount(), scope.ranges(), told));
    }

    static SeatFrame delta(String epoch, SeatDelta delta) {
        return new SeatFrame(epoch, delta.seq(), new Changes(delta));
    }

    public Kind kind() {
        return content instanceof Whole ? Kind.SNAPSHOT : Kind.DELTA;
    }

    /** Names the event store. */
    public String epoch() {
        return epoch;
    }

    /** The global position of the last event that the watcher has seen after this frame. */
    public long seq() {
        return seq;
    }

    /** The frame in this form, made when it is first asked for. Not to be changed. */
    public byte[] as(Form form) {
        byte[] made = forms.get(form);
        return made == null ? forms.computeIfAbsent(form, wanted -> wanted.encode(this)) : made;
    }

    /** The message of the HTTP contract, encoded anew. */
    public String json() {
        return switch (content) {
            case Whole whole -> jsonOf(whole);
            case Changes changes -> jsonOf(changes.delta());
        };
    }

    private String jsonOf(Whole whole) {
        StringBuilder json = new StringBuilder(128)
                .append("{\"type\":\"snapshot\",\"epoch\":\"")
                .append(epoch)
                .append("\",\"seq\":")
                .append(seq)
                .append(",\"seatCount\":")
                .append(whole.seatCount());
        if (!whole.ranges().isEmpty()) {
            json.append(",\"ranges\":[");
            String separator = "[";
            for (Range range : whole.ranges()) {
                json.append(separator)
                        .append(range.firstSeat())
                        .append(',')
                        .append(range.seats())
                        .append(']');
                separator = ",[";
            }
            json.append(']');
        }
        return json.append(",\"statuses\":\"")
                .append(whole.seats().base64())
                .append("\"}")
                .toString();
    }

    private static String jsonOf(SeatDelta delta) {
        StringBuilder json = new StringBuilder(64 + 12 * delta.changes().size());
        json.append("{\"type\":\"delta\",\"prevSeq\":")
                .append(delta.prevSeq())
                .append(",\"seq\":")
                .append(delta.seq())
                .append(",\"changes\":[");
        String separator = "[";
        for (var change : delta.changes().entrySet()) {
            json.append(separator)
                    .append(change.getKey().intValue())
                    .append(',')
                    .append(change.getValue().code())
                    .append(']');
            separator = ",[";
        }
        return json.append("]}").toString();
    }

    /** The message of the binary form, encoded anew; {@code docs/live-feed.md} has a table of its bytes. */
    public byte[] binary() {
        return switch (content) {
            case Whole whole -> binaryOf(whole);
            case Changes changes -> binaryOf(changes.delta());
        };
    }

    private byte[] binaryOf(Whole whole) {
        byte[] name = epoch.getBytes(StandardCharsets.US_ASCII);
        byte[] statuses = whole.seats().packed();
        List<Range> ranges = whole.ranges();
        int table = ranges.isEmpty() ? 0 : Short.BYTES + 2 * Integer.BYTES * ranges.size();
        ByteBuffer bytes = ByteBuffer.allocate(2 + name.length + Long.BYTES + Integer.BYTES + table + statuses.length);
        bytes.put(ranges.isEmpty() ? BINARY_SNAPSHOT : BINARY_SNAPSHOT_OF_SECTIONS)
                .put((byte) name.length)
                .put(name)
                .putLong(seq)
                .putInt(whole.seatCount());
        if (!ranges.isEmpty()) {
            bytes.putShort((short) ranges.size());
            ranges.forEach(range -> bytes.putInt(range.firstSeat()).putInt(range.seats()));
        }
        return bytes.put(statuses).array();
    }

    private static byte[] binaryOf(SeatDelta delta) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(
                1 + 2 * Long.BYTES + 3 * delta.changes().size());
        bytes.writeBytes(ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put(BINARY_DELTA)
                .putLong(delta.prevSeq())
                .putLong(delta.seq())
                .array());
        int before = 0;
        for (var change : new TreeMap<>(delta.changes()).entrySet()) {
            int seat = change.getKey();
            // A seat's index is below 2^18, so no sign is in the way.
            int rest = ((seat - before) << 2) | change.getValue().code();
            while (rest > 0x7f) {
                bytes.write((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            bytes.write(rest);
            before = seat;
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return json();
    }
}
