package ticketing.api.show;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import ticketing.api.prepared.Prepared;
import ticketing.api.prepared.PreparedAnswers;
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
final class Drawings implements PreparedAnswers {

    /** What may be done with the drawing of a published show, which never changes. */
    static final String FOR_EVERYBODY = "max-age=86400, public";

    private static final int MOST_VERSIONS = 10_000;
    private static final int KEPT_BYTES = 64 << 20;
    private static final int UNDER_WAY_BYTES = 128 << 20;

    /** Where a drawing goes, opened when there is one. */
    interface Target {
        OutputStream open() throws IOException;

        /** Sends a drawing that is there as a whole. */
        default void send(Prepared drawing) throws IOException {
            open().write(drawing.plain());
        }
    }

    private record Version(ShowId showId, String layoutVersion) {}

    private final JsonMapper json;
    private final Semaphore underWay;
    private final Cache<Version, Prepared> kept;
    /** Which drawing a published show has; it stays so. */
    private final Cache<ShowId, String> versions =
            Caffeine.newBuilder().maximumSize(MOST_VERSIONS).build();

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
                .weigher((Version version, Prepared drawing) -> drawing.weight())
                .build();
    }

    /**
     * Writes this version of the show's drawing.
     *
     * @param draw asked if the drawing is not kept, by one of all who wait for it
     */
    void write(ShowId showId, String layoutVersion, Supplier<Layout> draw, Target target) throws IOException {
        Prepared drawing = kept.get(new Version(showId, layoutVersion), version -> prepare(version, draw.get()));
        versions.put(showId, layoutVersion);
        if (drawing.guard().begin()) {
            try {
                target.send(drawing);
            } finally {
                drawing.guard().end();
            }
        } else {
            writeOnce(draw, target);
        }
    }

    private Prepared prepare(Version version, Layout layout) {
        byte[] bytes = json.writeValueAsBytes(layout);
        String tag = '"' + version.layoutVersion + '"';
        return Prepared.lasting(bytes, tag, FOR_EVERYBODY, new UnderWay(bytes.length));
    }

    @Override
    public String suffix() {
        return "/seats";
    }

    @Override
    public @Nullable Prepared kept(ShowId showId) {
        String version = versions.getIfPresent(showId);
        return version == null ? null : kept.getIfPresent(new Version(showId, version));
    }

    /** Writes a drawing that may soon be another one. */
    void writeOnce(Supplier<Layout> draw, Target target) throws IOException {
        Layout layout = draw.get();
        json.writeValue(target.open(), layout);
    }

    /** How many read one drawing now; it is counted once for all of them. */
    private final class UnderWay implements Prepared.Guard {
        private final int bytes;
        private int readers;

        UnderWay(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public synchronized boolean begin() {
            if (readers == 0 && !underWay.tryAcquire(bytes)) {
                return false;
            }
            readers++;
            return true;
        }

        @Override
        public synchronized void end() {
            readers--;
            if (readers == 0) {
                underWay.release(bytes);
            }
        }
    }
}
