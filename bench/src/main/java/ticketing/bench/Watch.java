package ticketing.bench;

import java.net.http.WebSocket;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who watches a live seat map, checks that it has no gap, and notes when seats come to have a status. */
final class Watch implements WebSocket.Listener, AutoCloseable {

    static final int AVAILABLE = 0;
    static final int HELD = 1;

    private static final int FRAME_WITHIN_SECONDS = 20;

    /** When a frame came. */
    record Seen(long nanoTime, Instant instant) {}

    private record Expected(int seat, int status) {}

    private final JsonMapper json = JsonMapper.builder().build();
    private final StringBuilder partial = new StringBuilder();
    private final Map<Expected, CompletableFuture<Seen>> expectations = new ConcurrentHashMap<>();
    private final CompletableFuture<Boolean> snapshot = new CompletableFuture<>();
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable Throwable failure;
    private long seq = -1;

    void opened(WebSocket opened) throws InterruptedException {
        socket = opened;
        await(snapshot, "a snapshot");
    }

    /** To be called before what brings the seat into this status. */
    CompletableFuture<Seen> expect(int seat, int status) {
        return expectations.computeIfAbsent(new Expected(seat, status), _ -> new CompletableFuture<>());
    }

    <T> T await(CompletableFuture<T> expected, String what) throws InterruptedException {
        try {
            return expected.get(FRAME_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new Inconsistent("the live seat map never told of " + what + (failure == null ? "" : ": " + failure));
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        Seen now = new Seen(System.nanoTime(), Instant.now());
        partial.append(data);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            try {
                take(json.readTree(frame), now);
            } catch (RuntimeException e) {
                failure = e;
                expectations.values().forEach(expected -> expected.completeExceptionally(e));
                snapshot.completeExceptionally(e);
            }
        }
        from.request(1);
        return null;
    }

    private void take(JsonNode frame, Seen now) {
        if (frame.path("type").asString().equals("snapshot")) {
            byte[] statuses = Base64.getDecoder().decode(frame.path("statuses").asString());
            for (int seat = 0; seat < frame.path("seatCount").asInt(); seat++) {
                told(seat, (statuses[seat / 4] >> (2 * (seat % 4))) & 3, now);
            }
            snapshot.complete(true);
        } else {
            Inconsistent.unless(
                    frame.path("prevSeq").asLong() == seq, "a gap in the live seat map: at " + seq + " came " + frame);
            for (JsonNode change : frame.path("changes")) {
                told(change.get(0).asInt(), change.get(1).asInt(), now);
            }
        }
        seq = frame.path("seq").asLong();
    }

    private void told(int seat, int status, Seen now) {
        CompletableFuture<Seen> expected = expectations.remove(new Expected(seat, status));
        if (expected != null) {
            expected.complete(now);
        }
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        failure = error;
        snapshot.completeExceptionally(error);
        expectations.values().forEach(expected -> expected.completeExceptionally(error));
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        onError(from, new IllegalStateException("closed with " + status));
        return null;
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
