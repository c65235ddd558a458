package ticketing.api.websocket;

import java.nio.ByteBuffer;

/** Whole WebSocket frames as a server sends them: without a mask, so the same bytes serve everybody (RFC 6455, section 5.2). */
public final class Frames {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int FINAL = 0x80;
    static final int LENGTH_IN_2_BYTES = 126;
    static final int LENGTH_IN_8_BYTES = 127;

    /** The longest payload of a control frame. */
    static final int LONGEST_CONTROL = 125;

    private Frames() {}

    /** A text message. */
    public static byte[] text(byte[] utf8) {
        return frame(TEXT, utf8);
    }

    /** A binary message. */
    public static byte[] binary(byte[] payload) {
        return frame(BINARY, payload);
    }

    static byte[] close(int status) {
        return frame(
                CLOSE, ByteBuffer.allocate(Short.BYTES).putShort((short) status).array());
    }

    static byte[] ping() {
        return frame(PING, new byte[0]);
    }

    static byte[] pong(byte[] payload) {
        return frame(PONG, payload);
    }

    private static byte[] frame(int opcode, byte[] payload) {
        int length = payload.length;
        int more = length <= LONGEST_CONTROL ? 0 : length <= 0xffff ? Short.BYTES : Long.BYTES;
        ByteBuffer frame = ByteBuffer.allocate(2 + more + length).put((byte) (FINAL | opcode));
        switch (more) {
            case 0 -> frame.put((byte) length);
            case Short.BYTES -> frame.put((byte) LENGTH_IN_2_BYTES).putShort((short) length);
            default -> frame.put((byte) LENGTH_IN_8_BYTES).putLong(length);
        }
        return frame.put(payload).array();
    }
}
