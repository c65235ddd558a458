package ticketing.projections.seatfeed;

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
            "\\{\"type\":\"snapshot\",\"epoch\":\"(\\w+)\",\"seq\":(\\d+),\"seatCount\":(\\d+),\"statuses\":\"([A-Za-z0-9+/=]*)\"}");
    private static final Pattern DELTA =
            Pattern.compile("\\{\"type\":\"delta\",\"prevSeq\":(\\d+),\"seq\":(\\d+),\"changes\":\\[(.*)]}");
    private static final Pattern CHANGE = Pattern.compile("\\[(\\d+),([0-3])]");

    long seq = -1;
    int[] codes = {};

    void take(SeatFrame frame) {
        Matcher snapshot = SNAPSHOT.matcher(frame.json());
        if (snapshot.matches()) {
            seq = Long.parseLong(snapshot.group(2));
            codes = decode(Integer.parseInt(snapshot.group(3)), snapshot.group(4));
            return;
        }
        Matcher delta = DELTA.matcher(frame.json());
        if (!delta.matches()) {
            throw new AssertionError("not a frame: " + frame.json());
        }
        if (Long.parseLong(delta.group(1)) != seq) {
            throw new AssertionError("a gap: at " + seq + " came " + frame.json());
        }
        seq = Long.parseLong(delta.group(2));
        Matcher change = CHANGE.matcher(delta.group(3));
        while (change.find()) {
            codes[Integer.parseInt(change.group(1))] = Integer.parseInt(change.group(2));
        }
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
        return List.of(
                new PricedSection("Stalls", 0, forSale, Money.ofMinorUnits(2500, "EUR")),
                new PricedSection("Closed", forSale, notForSale, null));
    }

    static final ShowId SHOW = new ShowId("show1");
}
