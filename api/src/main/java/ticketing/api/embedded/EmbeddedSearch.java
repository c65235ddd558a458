package ticketing.api.embedded;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an Elasticsearch running beside the program: starts it when it is told to begin, in the background, and again whenever it has ended or could not be
 * started, with growing pauses. The program needs none of this to sell.
 */
public final class EmbeddedSearch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSearch.class);

    static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    /** The index can be made again from the events, so one that the server cannot open is no reason to be without it for ever. */
    private static final int STARTS_WITH_THE_SAME_DATA = 3;
    /** A server that has run this long was well, and the next pause is short again. */
    private static final Duration WELL = Duration.ofMinutes(1);
    /** Two seconds for the server itself, and one to spare. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(3);

    /** The first seconds belong to the program and the demo: started together on two processors, both take twice as long. */
    private static final Duration LONGEST_COURTESY = Duration.ofSeconds(10);

    private static final Duration LOOKING = Duration.ofMillis(500);
    /** Of one processor. */
    private static final double BUSY = 0.5;

    private final Path directory;
    private final Path programs;
    private final Path archive;
    private final ElasticsearchServer.Size size;
    private final Thread keeper;

    private volatile URI uri;
    private volatile Consumer<URI> moved = uri -> {};
    private volatile @Nullable ElasticsearchServer server;
    private volatile String state = "not started yet";
    private String told = "";
    private int failedStarts;
    private volatile boolean closing;

    /**
     * Starts nothing yet.
     *
     * @param directory where the server keeps everything
     * @param programs where it is unpacked
     * @param archive what it is unpacked from
     */
    EmbeddedSearch(Path directory, Path programs, Path archive, ElasticsearchServer.Size size) {
        this.directory = directory;
        this.programs = programs;
        this.archive = archive;
        this.size = size;
        this.uri = free();
        this.keeper = Thread.ofPlatform().daemon().name("elasticsearch-keeper").unstarted(this::keep);
    }

    /** Where the server answers, or will: before it is there, connections are refused. */
    public URI uri() {
        return uri;
    }

    /** Is told where the server will answer from now on, if it has to move because somebody else has taken its port. */
    public void whenMoved(Consumer<URI> listener) {
        moved = listener;
    }

    /** {@code running}, or why it is not, in a few words or a sentence. */
    public String state() {
        return state;
    }

    /** The server, while it runs. */
    public Optional<ElasticsearchServer> server() {
        return Optional.ofNullable(server);
    }

    /** Starts the server in the background; once. */
    synchronized void begin() {
        if (keeper.getState() == Thread.State.NEW && !closing) {
            keeper.start();
        }
    }

    /** The program is about to stop: if the server ends now, because Ctrl-C has reached it too, that is nothing to tell and nothing to mend. */
    void expectEnd() {
        closing = true;
    }

    private void keep() {
        Duration pause = SHORTEST_PAUSE;
        try {
            awaitCalm();
            while (!closing) {
                long begun = System.nanoTime();
                String failure = run();
                if (closing) {
                    return;
                }
                if (System.nanoTime() - begun > WELL.toNanos()) {
                    pause = SHORTEST_PAUSE;
                }
                tell(failure, pause);
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            state = "stopped";
        }
    }

    /** Waits until this process has nothing much to do, but not long: it may be busy all day. */
    private static void awaitCalm() throws InterruptedException {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
            return;
        }
        long end = System.nanoTime() + LONGEST_COURTESY.toNanos();
        long used;
        do {
            long before = system.getProcessCpuTime();
            Thread.sleep(LOOKING);
            used = system.getProcessCpuTime() - before;
        } while (used > BUSY * LOOKING.toNanos() && System.nanoTime() < end);
    }

    /** Runs a server until it ends, and returns why it has. */
    private String run() throws InterruptedException {
        state = "starting";
        long begun = System.nanoTime();
        try {
            ElasticsearchProgram program = ElasticsearchProgram.unpackedIn(programs, archive);
            if (!LoopbackPort.isFree(uri.getPort())) {
                uri = free();
                moved.accept(uri);
            }
            try (ElasticsearchServer started = started(program)) {
                server = started;
                state = "running";
                told = "";
                LOG.info(
                        "Search: the embedded Elasticsearch answers, {} s after it was started.",
                        "%.1f".formatted((System.nanoTime() - begun) / 1e9));
                int code = started.awaitEnd();
                return "The embedded Elasticsearch has ended with exit code " + code + ".";
            } finally {
                server = null;
            }
        } catch (ServerFailure e) {
            return e.sentence();
        } catch (RuntimeException e) {
            // A fault of ours, which is no reason to give search up for good.
            LOG.error("The embedded Elasticsearch is not looked after as it should be.", e);
            return "The embedded Elasticsearch cannot be started, for a reason that is in the program's log.";
        }
    }

    private ElasticsearchServer started(ElasticsearchProgram program) throws ServerFailure, InterruptedException {
        try {
            ElasticsearchServer started = ElasticsearchServer.start(directory, program, uri.getPort(), size);
            failedStarts = 0;
            return started;
        } catch (ServerFailure e) {
            failedStarts++;
            if (failedStarts == STARTS_WITH_THE_SAME_DATA) {
                ElasticsearchServer.putDataAside(directory);
            }
            throw e;
        }
    }

    /** Once for each reason: a server that cannot be started for hours is no news every minute. */
    private void tell(String failure, Duration pause) {
        state = failure;
        if (!failure.equals(told)) {
            told = failure;
            LOG.warn("{} PostgreSQL answers searches; it is tried again in {} s.", failure, pause.toSeconds());
        }
    }

    private static URI free() {
        return URI.create("http://127.0.0.1:" + LoopbackPort.free().orElse(LoopbackPort.LOWEST));
    }

    /** Stops the server, and returns when it has ended or been killed. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        keeper.interrupt();
        try {
            keeper.join(LONGEST_STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
