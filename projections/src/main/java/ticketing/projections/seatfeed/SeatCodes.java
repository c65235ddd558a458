package ticketing.projections.seatfeed;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The statuses of a show's seats, two bits a seat; seat 0 lies in the low bits of byte 0. Not safe for use by several threads. */
final class SeatCodes {

    private final byte[] packed;
    private final int seatCount;

    /** All seats not for sale. */
    SeatCodes(int seatCount) {
        this.seatCount = seatCount;
        this.packed = new byte[(seatCount + 3) / 4];
        fill(SeatStatus.NOT_FOR_SALE);
    }

    int seatCount() {
        return seatCount;
    }

    boolean contains(int seat) {
        return seat >= 0 && seat < seatCount;
    }

    SeatStatus get(int seat) {
        return SeatStatus.of((packed[seat >> 2] >> ((seat & 3) << 1)) & 3);
    }

    void set(int seat, SeatStatus status) {
        int shift = (seat & 3) << 1;
        packed[seat >> 2] = (byte) ((packed[seat >> 2] & ~(3 << shift)) | (status.code() << shift));
    }

    void fill(SeatStatus status) {
        // Bits past the last seat stay 0, so that equal maps have equal text.
        Arrays.fill(packed, (byte) (status.code() * 0b01010101));
        int used = seatCount & 3;
        if (used != 0) {
            packed[packed.length - 1] &= (byte) ((1 << (used << 1)) - 1);
        }
    }

    void copyFrom(SeatCodes other) {
        System.arraycopy(other.packed, 0, packed, 0, packed.length);
    }

    SeatCodes copy() {
        SeatCodes copy = new SeatCodes(seatCount);
        copy.copyFrom(this);
        return copy;
    }

    /** The seats of these ranges alone, one range right after the other. */
    SeatCodes only(List<SeatScope.Range> ranges) {
        int count = 0;
        for (SeatScope.Range range : ranges) {
            count += range.seats();
        }
        SeatCodes only = new SeatCodes(count);
        int next = 0;
        for (SeatScope.Range range : ranges) {
            for (int seat = range.firstSeat(); seat < range.end(); seat++) {
                only.set(next++, get(seat));
            }
        }
        return only;
    }

    /** Two bits a seat; not to be changed. */
    byte[] packed() {
        return packed;
    }

    String base64() {
        return Base64.getEncoder().encodeToString(packed);
    }
}
