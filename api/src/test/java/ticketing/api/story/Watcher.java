package ticketing.api.story;

import java.net.URI;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import ticketing.api.live.ToldMap;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who looks at the live seat map and remembers what it said. */
final class Watcher implements WebSocket.Listener, AutoCloseable {

    private final List<JsonNode> frames = new ArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    private Watcher() {}

    static Watcher of(Client client, Show show) {
        Watcher watcher = new Watcher();
        watcher.socket = Client.http()
                .newWebSocketBuilder()
                .subprotocols("seats.v1.json")
                .buildAsync(
                        URI.create("ws" + client.address().toString().substring(4) + "/v1/events/" + show.id()
                                + "/seats/live"),
                        watcher)
                .join();
        return watcher;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            synchronized (frames) {
                frames.add(JsonMapper.shared().readTree(partial.toString()));
            }
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    List<JsonNode> frames() {
        synchronized (frames) {
            return List.copyOf(frames);
        }
    }

    /** What this seat was said to become, one after the other; 0 available, 1 held, 2 sold. */
    List<Integer> storyOf(int seat) {
        List<Integer> story = new ArrayList<>();
        for (JsonNode frame : frames()) {
            for (JsonNode change : frame.path("changes")) {
                if (change.get(0).asInt() == seat) {
                    story.add(change.get(1).asInt());
                }
            }
        }
        return story;
    }

    /** Whether it began with everything and each message since followed on the one before. */
    boolean hasNoGap() {
        long last = -1;
        for (JsonNode frame : frames()) {
            boolean snapshot = frame.path("type").asString("").equals("snapshot");
            if (!snapshot && (last < 0 || frame.path("prevSeq").asLong(-2) != last)) {
                return false;
            }
            last = frame.path("seq").asLong(-1);
        }
        return last >= 0;
    }

    /** Every seat's status as the messages together tell it. */
    int[] codes() {
        ToldMap map = new ToldMap();
        frames().forEach(frame -> map.take(frame.toString()));
        return map.codes;
    }

    /** What the map was after each message, by its sequence number: two bits a seat, as an availability has it. */
    NavigableMap<Long, byte[]> maps() {
        NavigableMap<Long, byte[]> maps = new TreeMap<>();
        byte[] now = new byte[0];
        for (JsonNode frame : frames()) {
            if (frame.path("type").asString("").equals("snapshot")) {
                now = Base64.getDecoder().decode(frame.path("statuses").asString(""));
            }
            for (JsonNode change : frame.path("changes")) {
                int seat = change.get(0).asInt();
                int shift = (seat & 3) << 1;
                now[seat >> 2] = (byte)
                        ((now[seat >> 2] & ~(3 << shift)) | (change.get(1).asInt() << shift));
            }
            maps.put(frame.path("seq").asLong(), now.clone());
        }
        return maps;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }
}
