package ticketing.projections.seatfeed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ticketing.messages.Money;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowId;

/** What a client makes of the frames, written independently of the code that made them. */
final class ClientMap {

    private static final Pattern SNAPSHOT = Pattern.compile(
            "\\{\"type\":\"snapshot\",\"epoch\":\"(\\w+)\",\"seq\":(\\d+),\"seatCount\":(\\d+)(?:,\"ranges\":\\[(.*)])?,\"statuses\":\"([A-Za-z0-9+/=]*)\"}");
    private static final Pattern DELTA =
            Pattern.compile("\\{\"type\":\"delta\",\"prevSeq\":(\\d+),\"seq\":(\\d+),\"changes\":\\[(.*)]}");
    private static final Pattern CHANGE = Pattern.compile("\\[(\\d+),([0-3])]");

    private static final Pattern RANGE = Pattern.compile("\\[(\\d+),(\\d+)]");

    /** What a seat has that nobody has told of. */
    static final int UNTOLD = -1;

    long seq = -1;
    int[] codes = {};

    void take(SeatFrame frame) {
        String json = frame.json();
        Matcher snapshot = SNAPSHOT.matcher(json);
        if (snapshot.matches()) {
            seq = Long.parseLong(snapshot.group(2));
            byte[] statuses = Base64.getDecoder().decode(snapshot.group(5));
            begin(Integer.parseInt(snapshot.group(3)));
            if (snapshot.group(4) == null) {
                tell(0, codes.length, statuses, 0);
                return;
            }
            Matcher range = RANGE.matcher(snapshot.group(4));
            int told = 0;
            while (range.find()) {
                told = tell(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)), statuses, told);
            }
            return;
        }
        Matcher delta = DELTA.matcher(json);
        if (!delta.matches()) {
            throw new AssertionError("not a frame: " + json);
        }
        if (Long.parseLong(delta.group(1)) != seq) {
            throw new AssertionError("a gap: at " + seq + " came " + json);
        }
        seq = Long.parseLong(delta.group(2));
        Matcher change = CHANGE.matcher(delta.group(3));
        while (change.find()) {
            codes[Integer.parseInt(change.group(1))] = Integer.parseInt(change.group(2));
        }
    }

    /** As the table in docs/live-feed.md says. */
    void takeBinary(SeatFrame frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame.binary());
        int type = bytes.get();
        if (type == 2) {
            long before = bytes.getLong();
            if (before != seq) {
                throw new AssertionError("a gap: at " + seq + " came one after " + before);
            }
            seq = bytes.getLong();
            int seat = 0;
            while (bytes.hasRemaining()) {
                int value = 0;
                int shift = 0;
                int next;
                do {
                    next = bytes.get();
                    value |= (next & 0x7f) << shift;
                    shift += 7;
                } while (next < 0);
                seat += value >> 2;
                codes[seat] = value & 3;
            }
            return;
        }
        byte[] epoch = new byte[bytes.get()];
        bytes.get(epoch);
        if (!new String(epoch, StandardCharsets.US_ASCII).equals(frame.epoch())) {
            throw new AssertionError("another epoch");
        }
        seq = bytes.getLong();
        begin(bytes.getInt());
        int[] ranges = {0, codes.length};
        if (type == 3) {
            ranges = new int[2 * bytes.getShort()];
            for (int i = 0; i < ranges.length; i++) {
                ranges[i] = bytes.getInt();
            }
        } else if (type != 1) {
            throw new AssertionError("not a frame: " + type);
        }
        byte[] statuses = new byte[bytes.remaining()];
        bytes.get(statuses);
        int told = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            told = tell(ranges[i], ranges[i + 1], statuses, told);
        }
    }

    private void begin(int seatCount) {
        codes = new int[seatCount];
        Arrays.fill(codes, UNTOLD);
    }

    private int tell(int first, int seats, byte[] statuses, int told) {
        for (int i = 0; i < seats; i++) {
            codes[first + i] = (statuses[(told + i) / 4] >> (2 * ((told + i) % 4))) & 3;
        }
        return told + seats;
    }

    void take(Availability availability) {
        seq = availability.seq();
        codes = decode(availability.seatCount(), availability.statuses());
    }

    static int[] decode(int seatCount, String statuses) {
        byte[] bytes = Base64.getDecoder().decode(statuses);
        int[] codes = new int[seatCount];
        Arrays.setAll(codes, seat -> (bytes[seat / 4] >> (2 * (seat % 4))) & 3);
        return codes;
    }

    static List<PricedSection> sections(int forSale, int notForSale) {
        Money price = Money.ofMinorUnits(2500, "EUR");
        return List.of(
                new PricedSection("Stalls", 0, forSale / 2, price),
                new PricedSection("Balcony", forSale / 2, forSale - forSale / 2, price),
                new PricedSection("Closed", forSale, notForSale, null));
    }

    static final ShowId SHOW = new ShowId("show1");
}
