package ticketing.projections.seatfeed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class SeatCodesTest {

    @Test
    void seat_0_lies_in_the_low_bits_of_byte_0() {
        SeatCodes seats = new SeatCodes(6);
        seats.set(0, SeatStatus.HELD);
        seats.set(1, SeatStatus.AVAILABLE);
        seats.set(2, SeatStatus.SOLD);
        seats.set(3, SeatStatus.NOT_FOR_SALE);
        seats.set(4, SeatStatus.SOLD);
        seats.set(5, SeatStatus.HELD);

        assertThat(Base64.getDecoder().decode(seats.base64()))
                .containsExactly((byte) 0b11_10_00_01, (byte) 0b00_00_01_10);
    }

    @Test
    void every_status_of_every_seat_reads_as_it_was_written() {
        SeatCodes seats = new SeatCodes(41);
        for (int seat = 0; seat < 41; seat++) {
            for (SeatStatus status : SeatStatus.values()) {
                seats.set(seat, status);
                assertThat(seats.get(seat)).isEqualTo(status);
            }
            assertThat(seat == 0 ? SeatStatus.NOT_FOR_SALE : seats.get(seat - 1))
                    .isEqualTo(SeatStatus.NOT_FOR_SALE);
        }
    }

    @Test
    void bits_past_the_last_seat_are_zero() {
        assertThat(Base64.getDecoder().decode(new SeatCodes(5).base64()))
                .containsExactly((byte) 0b11_11_11_11, (byte) 0b00_00_00_11);
    }
}
