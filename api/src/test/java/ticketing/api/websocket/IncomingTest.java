package ticketing.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ticketing.api.websocket.Incoming.Violation;

class IncomingTest {

    private final List<String> told = new ArrayList<>();
    private final Incoming incoming = new Incoming();
    private final Incoming.Receiver receiver = new Incoming.Receiver() {
        @Override
        public void ping(byte[] payload) {
            told.add("ping " + new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void pong() {
            told.add("pong");
        }

        @Override
        public void closed(int status) {
            told.add("closed " + status);
        }
    };

    /** A frame as a client sends it. */
    private static byte[] frame(int first, byte[] payload) {
        byte[] mask = {1, 2, 3, 4};
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        byte[] whole = new byte[frame.position()];
        frame.flip().get(whole);
        return whole;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void take(byte[]... frames) throws Violation {
        for (byte[] frame : frames) {
            incoming.take(ByteBuffer.wrap(frame), receiver);
        }
    }

    @Test
    void control_frames_are_told_however_they_are_cut_and_messages_are_not() throws Violation {
        byte[][] frames = {
            frame(0x89, text("are you there")),
            frame(0x81, text("some text")),
            frame(0x02, text("the first half of ")),
            frame(0x89, text("in between")),
            frame(0x80, text("some bytes")),
            frame(0x8a, new byte[125]),
            frame(0x88, new byte[] {0x03, (byte) 0xe8, 'b', 'y', 'e'}),
            frame(0x88, new byte[0])
        };
        for (byte[] frame : frames) {
            for (byte one : frame) {
                take(new byte[] {one});
            }
        }
        List<String> expected = List.of("ping are you there", "ping in between", "pong", "closed 1000", "closed 1005");
        assertThat(told).isEqualTo(expected);
        told.clear();
        take(frames);
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void many_small_messages_are_fine_and_a_large_one_in_whatever_pieces_is_not() throws Violation {
        for (int i = 0; i < 10; i++) {
            take(frame(0x82, new byte[Incoming.LONGEST_MESSAGE]));
        }
        take(frame(0x02, new byte[200]), frame(0x00, new byte[56]));
        assertStatus(1009, frame(0x80, new byte[1]));
    }

    @ParameterizedTest
    @CsvSource({"257", "65535", "70000"})
    void too_large_a_message_is_known_by_its_header(int length) {
        byte[] header = new byte[length > 65_535 ? 14 : 8];
        System.arraycopy(frame(0x82, new byte[length]), 0, header, 0, header.length);
        assertStatus(1009, header);
    }

    @Test
    void what_is_no_websocket_is_refused() {
        assertStatus(1002, new byte[] {(byte) 0x81, 1, 'x'});
    }

    @ParameterizedTest
    @CsvSource({"0xC1, 1", "0xA1, 1", "0x91, 1", "0x83, 1", "0x8B, 1", "0x80, 1", "0x09, 1", "0x89, 126", "0x88, 1"})
    void frames_that_cannot_be_are_refused(String first, int length) {
        assertStatus(1002, frame(Integer.decode(first), new byte[length]));
    }

    @Test
    void a_message_does_not_begin_in_the_middle_of_another() throws Violation {
        take(frame(0x01, new byte[1]));
        assertStatus(1002, frame(0x81, new byte[1]));
    }

    private void assertStatus(int status, byte[] frame) {
        assertThatThrownBy(() -> take(frame))
                .isInstanceOfSatisfying(
                        Violation.class,
                        violation -> assertThat(violation.status).isEqualTo(status));
    }

    @Test
    void frames_for_clients_have_the_shortest_header_that_fits() {
        assertThat(Frames.text(new byte[125])).hasSize(127).startsWith(0x81, 125);
        assertThat(Frames.binary(new byte[126])).hasSize(130).startsWith(0x82, 126, 0, 126);
        assertThat(Frames.binary(new byte[65_536])).hasSize(65_546).startsWith(0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0);
        assertThat(Frames.close(1001)).containsExactly(0x88, 2, 0x03, 0xe9);
    }
}
