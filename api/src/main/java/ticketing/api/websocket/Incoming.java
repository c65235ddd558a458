package ticketing.api.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes frames of the bytes that a client sends, however they are cut. What messages say is thrown away; only their size counts. */
final class Incoming {

    /** The longest message, in bytes, over all of its fragments. */
    static final int LONGEST_MESSAGE = 256;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_BIG = 1009;
    private static final int NO_STATUS = 1005;

    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;

    /** Who is told of control frames. */
    interface Receiver {
        void ping(byte[] payload);

        void pong();

        /** @param status 1005 if the client gave none */
        void closed(int status);
    }

    /** The client does not keep to the protocol, or sends too much. */
    static final class Violation extends Exception {
        private static final long serialVersionUID = 1L;

        /** For the close frame. */
        final int status;

        Violation(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }

    private final byte[] header = new byte[2 + Long.BYTES + MASK_BYTES];
    private int headerBytes;
    /** Of the control frame that is being read; empty for others. */
    private byte[] payload = {};

    private int payloadBytes;
    private int left;
    private boolean inPayload;
    private boolean inMessage;
    private int messageBytes;

    void take(ByteBuffer bytes, Receiver receiver) throws Violation {
        while (bytes.hasRemaining()) {
            if (!inPayload) {
                header[headerBytes++] = bytes.get();
                if (headerBytes >= 2 && headerBytes == headerLength()) {
                    begin();
                }
            } else {
                int next = Math.min(left, bytes.remaining());
                if (isControl()) {
                    bytes.get(payload, payloadBytes, next);
                    payloadBytes += next;
                } else {
                    bytes.position(bytes.position() + next);
                }
                left -= next;
            }
            if (inPayload && left == 0) {
                end(receiver);
            }
        }
    }

    private int headerLength() throws Violation {
        if (headerBytes == 2 && (header[1] & MASKED) == 0) {
            throw new Violation(PROTOCOL_ERROR, "not masked");
        }
        int extended = switch (header[1] & ~MASKED & 0xff) {
            case Frames.LENGTH_IN_2_BYTES -> Short.BYTES;
            case Frames.LENGTH_IN_8_BYTES -> Long.BYTES;
            default -> 0;
        };
        return 2 + extended + MASK_BYTES;
    }

    private int opcode() {
        return header[0] & 0x0f;
    }

    private boolean isControl() {
        return opcode() >= Frames.CLOSE;
    }

    private boolean isFinal() {
        return (header[0] & Frames.FINAL) != 0;
    }

    private void begin() throws Violation {
        if ((header[0] & RESERVED) != 0) {
            throw new Violation(PROTOCOL_ERROR, "an extension that was not agreed on");
        }
        ByteBuffer fields = ByteBuffer.wrap(header).position(2);
        long length = switch (header[1] & ~MASKED & 0xff) {
            case Frames.LENGTH_IN_2_BYTES -> Short.toUnsignedInt(fields.getShort());
            case Frames.LENGTH_IN_8_BYTES -> fields.getLong();
            default -> header[1] & ~MASKED & 0xff;
        };
        switch (opcode()) {
            case Frames.CLOSE, Frames.PING, Frames.PONG -> {
                if (!isFinal() || length < 0 || length > Frames.LONGEST_CONTROL) {
                    throw new Violation(PROTOCOL_ERROR, "a control frame that is too long or not whole");
                }
                payload = new byte[(int) length];
                payloadBytes = 0;
            }
            case Frames.CONTINUATION, Frames.TEXT, Frames.BINARY -> {
                if ((opcode() == Frames.CONTINUATION) != inMessage) {
                    throw new Violation(PROTOCOL_ERROR, "a fragment without its message, or the other way round");
                }
                if (length < 0 || messageBytes + length > LONGEST_MESSAGE) {
                    throw new Violation(TOO_BIG, "a message of more than " + LONGEST_MESSAGE + " bytes");
                }
                messageBytes += (int) length;
                inMessage = true;
            }
            default -> throw new Violation(PROTOCOL_ERROR, "an unknown kind of frame");
        }
        left = (int) length;
        inPayload = true;
    }

    private void end(Receiver receiver) throws Violation {
        inPayload = false;
        if (isControl()) {
            unmask();
        }
        headerBytes = 0;
        switch (opcode()) {
            case Frames.PING -> receiver.ping(payload);
            case Frames.PONG -> receiver.pong();
            case Frames.CLOSE -> {
                if (payload.length == 1) {
                    throw new Violation(PROTOCOL_ERROR, "half a status");
                }
                receiver.closed(
                        payload.length == 0
                                ? NO_STATUS
                                : Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort()));
            }
            default -> {
                if (isFinal()) {
                    inMessage = false;
                    messageBytes = 0;
                }
            }
        }
        payload = new byte[0];
    }

    private void unmask() {
        byte[] mask = Arrays.copyOfRange(header, headerBytes - MASK_BYTES, headerBytes);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % MASK_BYTES];
        }
    }
}
