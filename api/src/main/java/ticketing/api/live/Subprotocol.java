package ticketing.api.live;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import ticketing.api.websocket.Frames;
import ticketing.projections.seatfeed.SeatFrame;

/** The forms in which a WebSocket tells a seat map, each whole frames that are the same for everybody; docs/live-feed.md describes both. */
enum Subprotocol implements SeatFrame.Form {
    JSON("seats.v1.json"),
    BINARY("seats.v1.bin");

    static final List<String> NAMES =
            Arrays.stream(values()).map(known -> known.word).toList();

    private final String word;

    Subprotocol(String word) {
        this.word = word;
    }

    static Subprotocol of(String word) {
        return Arrays.stream(values())
                .filter(known -> known.word.equals(word))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public byte[] encode(SeatFrame frame) {
        return switch (this) {
            case JSON -> Frames.text(frame.json().getBytes(StandardCharsets.UTF_8));
            case BINARY -> Frames.binary(frame.binary());
        };
    }
}
