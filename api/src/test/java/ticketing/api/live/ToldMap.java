package ticketing.api.live;

import java.nio.ByteBuffer;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client makes of what it is told about a whole show, in either form; fails at a gap. */
public final class ToldMap {

    public long seq = -1;
    public int[] codes = {};

    public void take(String json) {
        JsonNode frame = JsonMapper.shared().readTree(json);
        if (!frame.has("changes")) {
            seq = frame.path("seq").asLong();
            tell(
                    frame.path("seatCount").asInt(),
                    Base64.getDecoder().decode(frame.path("statuses").asString()));
            return;
        }
        follow(frame.path("prevSeq").asLong(), frame.path("seq").asLong());
        frame.path("changes")
                .forEach(change -> codes[change.get(0).asInt()] = change.get(1).asInt());
    }

    public void take(byte[] binary) {
        ByteBuffer frame = ByteBuffer.wrap(binary);
        if (frame.get() == 1) {
            frame.position(2 + frame.get());
            seq = frame.getLong();
            int seatCount = frame.getInt();
            byte[] statuses = new byte[frame.remaining()];
            frame.get(statuses);
            tell(seatCount, statuses);
            return;
        }
        follow(frame.getLong(), frame.getLong());
        int seat = 0;
        while (frame.hasRemaining()) {
            int value = 0;
            int shift = 0;
            byte next;
            do {
                next = frame.get();
                value |= (next & 0x7f) << shift;
                shift += 7;
            } while (next < 0);
            seat += value >> 2;
            codes[seat] = value & 3;
        }
    }

    private void tell(int seatCount, byte[] statuses) {
        codes = new int[seatCount];
        for (int seat = 0; seat < seatCount; seat++) {
            codes[seat] = (statuses[seat / 4] >> (2 * (seat % 4))) & 3;
        }
    }

    private void follow(long prevSeq, long next) {
        if (prevSeq != seq) {
            throw new AssertionError("a gap: at " + seq + " came one after " + prevSeq);
        }
        seq = next;
    }
}
