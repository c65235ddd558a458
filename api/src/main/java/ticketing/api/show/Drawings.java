package ticketing.api.show;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import ticketing.messages.show.SeatLayoutOf.Layout;
import ticketing.messages.show.ShowId;
import tools.jackson.databind.json.JsonMapper;

/**
 * The drawings of published shows' seats as they are sent: megabytes for a stadium, the same for everybody and for ever, so they are made once for
 * all who ask in a rush.
 *
 * <p>The cache alone does not bound the memory, because a slow reader keeps a drawing that has left it. So what is under way is counted too; beyond
 * that bound a drawing is written seat by seat, which takes the processor's time but no memory.
 */
@Component
final class Drawings {

    private static final int KEPT_BYTES = 64 << 20;
    private static final int UNDER_WAY_BYTES = 128 << 20;

    /** Where a drawing goes, opened when there is one. */
    interface Target {
        OutputStream open() throws IOException;
    }

    private record Version(ShowId showId, String layoutVersion) {}

    private final JsonMapper json;
    private final Semaphore underWay;
    private final Cache<Version, Drawing> kept;

    @Autowired
    Drawings(JsonMapper json) {
        this(json, KEPT_BYTES, UNDER_WAY_BYTES);
    }

    /**
     * @param keptBytes how much is kept for those to come
     * @param underWayBytes how much may be on its way to readers at once, each drawing counted once however many read it
     */
    Drawings(JsonMapper json, int keptBytes, int underWayBytes) {
        this.json = json;
        this.underWay = new Semaphore(underWayBytes);
        this.kept = Caffeine.newBuilder()
                .maximumWeight(keptBytes)
                .weigher((Version version, Drawing drawing) -> drawing.bytes.length)
                .build();
    }

    /**
     * Writes this version of the show's drawing.
     *
     * @param draw asked if the drawing is not kept, by one of all who wait for it
     */
    void write(ShowId showId, String layoutVersion, Supplier<Layout> draw, Target target) throws IOException {
        Drawing drawing = kept.get(
                new Version(showId, layoutVersion), version -> new Drawing(json.writeValueAsBytes(draw.get())));
        if (drawing.begin()) {
            try {
                target.open().write(drawing.bytes);
            } finally {
                drawing.end();
            }
        } else {
            writeOnce(draw, target);
        }
    }

    /** Writes a drawing that may soon be another one. */
    void writeOnce(Supplier<Layout> draw, Target target) throws IOException {
        Layout layout = draw.get();
        json.writeValue(target.open(), layout);
    }

    private final class Drawing {
        private final byte[] bytes;
        private int readers;

        Drawing(byte[] bytes) {
            this.bytes = bytes;
        }

        /** @return whether it may be sent as it is; then {@link #end} follows */
        synchronized boolean begin() {
            if (readers == 0 && !underWay.tryAcquire(bytes.length)) {
                return false;
            }
            readers++;
            return true;
        }

        synchronized void end() {
            readers--;
            if (readers == 0) {
                underWay.release(bytes.length);
            }
        }
    }
}
