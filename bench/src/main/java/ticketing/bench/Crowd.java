package ticketing.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import ticketing.messages.show.ShowId;

/**
 * Thousands of people who watch one show, as light as they can be: a few threads read all of their WebSockets, each person keeps a seat map of two bits a seat,
 * checks that nothing is missed, and notes when each frame came.
 */
final class Crowd implements AutoCloseable {

    /** How somebody watches. */
    enum Kind {
        READING,
        /** Reads nothing for some seconds, then everything there is. */
        SLOW,
        /** Hangs up every few seconds, and comes back with what it has. */
        RECONNECTING
    }

    /** A frame that took watchers from one position to another. */
    record Step(long prevSeq, long seq) {}

    /** When a frame came, by how many. */
    static final class Arrivals {
        private static final int LATEST = 10_000;

        final long firstMicros;
        private int[] byMillis = new int[8];

        Arrivals(long firstMicros) {
            this.firstMicros = firstMicros;
        }

        void add(long micros) {
            int millis = Math.clamp((micros - firstMicros) / 1_000, 0, LATEST);
            if (millis >= byMillis.length) {
                byMillis = Arrays.copyOf(byMillis, Math.max(millis + 1, 2 * byMillis.length));
            }
            byMillis[millis]++;
        }

        /** By how many milliseconds after the first. */
        int[] byMillis() {
            return byMillis;
        }
    }

    private static final int THREADS = 2;
    private static final int LARGEST_FRAME = 1 << 20;
    private static final int SMALL_RECEIVE_BUFFER = 8 * 1024;
    private static final long CONNECT_WITHIN_SECONDS = 60;
    /** Connections that are being made at once by each thread: fewer than the program lets wait. */
    private static final int CONNECTING = 100;

    private static final int SNAPSHOT = 1;
    private static final int DELTA = 2;

    private final URI address;
    private final ShowId show;
    private final List<Circle> circles = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile boolean restless;
    private volatile boolean recording;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    Crowd(URI address, ShowId show) throws IOException {
        this.address = address;
        this.show = show;
        for (int i = 0; i < THREADS; i++) {
            Circle circle = new Circle(i);
            circles.add(circle);
            circle.thread.start();
        }
    }

    /**
     * Lets more people come; returns when each has been told everything once.
     *
     * @param kinds one for each
     */
    void join(List<Kind> kinds) throws InterruptedException {
        for (int i = 0; i < kinds.size(); i++) {
            circles.get(i % circles.size()).add(kinds.get(i));
        }
        wanted.addAndGet(kinds.size());
        await("everybody is connected", () -> open.get() >= wanted.get());
    }

    int size() {
        return wanted.get();
    }

    /** Slow ones pause and others hang up from now on, or no longer. */
    void setRestless(boolean now) {
        restless = now;
    }

    /** Whether it is noted when frames come. */
    void setRecording(boolean now) {
        recording = now;
    }

    /** Waits until everybody has seen everything up to this position. */
    void awaitSeen(long seq) throws InterruptedException {
        await("everybody has seen position " + seq, () -> circles.stream().allMatch(circle -> circle.behind(seq) == 0));
    }

    /** @throws Inconsistent if somebody's map is another one */
    void expect(byte[] statuses) {
        int wrong =
                circles.stream().mapToInt(circle -> circle.differing(statuses)).sum();
        Inconsistent.unless(wrong == 0, wrong + " of " + size() + " watchers have a wrong map");
    }

    /** What was noted of those who read as it comes, or of the slow ones, since the last call; frames after a return are not among it. */
    Map<Step, List<Arrivals>> taken(boolean slow) {
        Map<Step, List<Arrivals>> all = new HashMap<>();
        for (Circle circle : circles) {
            synchronized (circle) {
                Map<Step, Arrivals> its = slow ? circle.slowArrivals : circle.arrivals;
                its.forEach((step, arrivals) ->
                        all.computeIfAbsent(step, _ -> new ArrayList<>()).add(arrivals));
                its.clear();
            }
        }
        return all;
    }

    long frames() {
        return circles.stream().mapToLong(circle -> circle.frames.sum()).sum();
    }

    long bytes() {
        return circles.stream().mapToLong(circle -> circle.bytes.sum()).sum();
    }

    long returns() {
        return circles.stream().mapToLong(circle -> circle.returns.sum()).sum();
    }

    /** How often somebody who came back had to be told everything. */
    long snapshots() {
        return circles.stream().mapToLong(circle -> circle.snapshots.sum()).sum();
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECT_WITHIN_SECONDS);
        while (!condition.holds()) {
            Throwable broken = failure;
            if (broken != null) {
                throw new IllegalStateException("a watcher failed: " + broken, broken);
            }
            if (System.nanoTime() > deadline) {
                throw new Inconsistent("after " + CONNECT_WITHIN_SECONDS + " s it is not so that " + what + ": "
                        + open.get() + " of " + wanted.get() + " are connected");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        closed = true;
        circles.forEach(circle -> circle.selector.wakeup());
        for (Circle circle : circles) {
            try {
                circle.thread.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Those whom one thread looks after. */
    private final class Circle implements Runnable {

        private final Selector selector;
        private final Thread thread;
        private final Random random;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_FRAME);
        /** Guarded by this circle: those who are to connect. */
        private final ArrayDeque<Watcher> coming = new ArrayDeque<>();
        /** Guarded by this circle. */
        private final List<Watcher> watchers = new ArrayList<>();
        /** Guarded by this circle. */
        private final Map<Step, Arrivals> arrivals = new HashMap<>();
        /** Guarded by this circle. */
        private final Map<Step, Arrivals> slowArrivals = new HashMap<>();

        private final PriorityQueue<Alarm> alarms = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
        private int connecting;
        private final LongAdder frames = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder returns = new LongAdder();
        private final LongAdder snapshots = new LongAdder();

        private record Alarm(long at, Watcher watcher) {}

        Circle(int number) throws IOException {
            selector = Selector.open();
            random = new Random(number);
            thread = Thread.ofPlatform().daemon().name("crowd-" + number).unstarted(this);
        }

        synchronized void add(Kind kind) {
            Watcher watcher = new Watcher(this, kind);
            watchers.add(watcher);
            coming.add(watcher);
            selector.wakeup();
        }

        synchronized int behind(long seq) {
            return (int) watchers.stream()
                    .filter(watcher -> watcher.seq < seq || !watcher.told)
                    .count();
        }

        synchronized int differing(byte[] statuses) {
            return (int) watchers.stream()
                    .filter(watcher -> !Arrays.equals(watcher.statuses, statuses))
                    .count();
        }

        @Override
        public void run() {
            try {
                while (!closed) {
                    connectSome();
                    ring();
                    selector.select(this::ready, 50);
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            } finally {
                selector.keys().forEach(key -> closeQuietly((SocketChannel) key.channel()));
            }
        }

        private void connectSome() throws IOException {
            while (connecting < CONNECTING) {
                Watcher next;
                synchronized (this) {
                    next = coming.poll();
                }
                if (next == null) {
                    return;
                }
                connecting++;
                next.connect(selector);
            }
        }

        private void ring() {
            long now = System.nanoTime();
            while (!alarms.isEmpty() && alarms.peek().at <= now) {
                alarms.remove().watcher.alarm();
            }
        }

        private void later(Watcher watcher, long fromMillis, long toMillis) {
            alarms.add(new Alarm(
                    System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextLong(fromMillis, toMillis)), watcher));
        }

        private void ready(SelectionKey key) {
            Watcher watcher = (Watcher) key.attachment();
            try {
                // What somebody else asks of this circle meanwhile waits for one watcher, not for all of them.
                synchronized (this) {
                    watcher.ready(key);
                }
            } catch (IOException | RuntimeException e) {
                failure = e instanceof IOException
                        ? new IOException(watcher.kind + " watcher, at " + watcher.seq + ": " + e.getMessage(), e)
                        : e;
                key.cancel();
                closeQuietly((SocketChannel) key.channel());
            }
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was to be gone.
        }
    }

    private final class Watcher {

        private final Circle circle;
        private final Kind kind;
        private @Nullable SocketChannel channel;
        private @Nullable SelectionKey key;
        private boolean upgraded;
        /** The beginning of what has not come as a whole yet. */
        private byte[] rest = {};

        private String epoch = "";
        private long seq = -1;
        private byte[] statuses = {};
        private boolean told;
        private boolean everTold;
        private boolean paused;

        Watcher(Circle circle, Kind kind) {
            this.circle = circle;
            this.kind = kind;
        }

        void connect(Selector selector) throws IOException {
            SocketChannel opened = SocketChannel.open();
            opened.configureBlocking(false);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (kind == Kind.SLOW) {
                opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_RECEIVE_BUFFER);
            }
            channel = opened;
            upgraded = false;
            told = false;
            rest = new byte[0];
            boolean now = opened.connect(new InetSocketAddress(address.getHost(), address.getPort()));
            key = opened.register(selector, now ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (now) {
                ask(opened);
            }
        }

        private void ask(SocketChannel to) throws IOException {
            String resume = seq < 0 ? "" : "?epoch=" + epoch + "&since=" + seq;
            ByteBuffer request =
                    ByteBuffer.wrap(("GET /v1/events/" + show + "/seats/live" + resume + " HTTP/1.1\r\nHost: "
                                    + address.getAuthority()
                                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: seats.v1.bin\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            to.write(request);
            if (request.hasRemaining()) {
                throw new IOException("a request of some hundred bytes did not fit");
            }
        }

        void ready(SelectionKey ready) throws IOException {
            SocketChannel from = (SocketChannel) ready.channel();
            if (ready.isConnectable()) {
                from.finishConnect();
                ready.interestOps(SelectionKey.OP_READ);
                ask(from);
                return;
            }
            ByteBuffer buffer = circle.buffer;
            buffer.clear().put(rest);
            int before = rest.length;
            int read = from.read(buffer);
            if (read < 0) {
                throw new EOFException("the program has closed the connection");
            }
            circle.bytes.add(read);
            buffer.flip();
            if (!upgraded && !upgrade(buffer)) {
                keep(buffer);
                return;
            }
            long now = micros();
            while (frame(buffer, now)) {
                // As long as there are whole ones.
            }
            if (before > 0 || buffer.hasRemaining()) {
                keep(buffer);
            }
            if (kind == Kind.SLOW && restless && told) {
                paused = true;
                ready.interestOps(0);
                circle.later(this, 1_000, 4_000);
            }
        }

        private void keep(ByteBuffer buffer) {
            rest = new byte[buffer.remaining()];
            buffer.get(rest);
        }

        /** @return whether the answer to the handshake was there as a whole */
        private boolean upgrade(ByteBuffer buffer) throws IOException {
            for (int i = buffer.position(); i + 3 < buffer.limit(); i++) {
                if (buffer.get(i) == '\r' && buffer.get(i + 2) == '\r') {
                    byte[] head = new byte[i + 4 - buffer.position()];
                    buffer.get(head);
                    String text = new String(head, StandardCharsets.US_ASCII);
                    if (!text.startsWith("HTTP/1.1 101")) {
                        throw new IOException(
                                "refused: " + text.lines().findFirst().orElse(""));
                    }
                    upgraded = true;
                    return true;
                }
            }
            return false;
        }

        private boolean frame(ByteBuffer buffer, long now) throws IOException {
            buffer.mark();
            if (buffer.remaining() < 2) {
                return false;
            }
            int opcode = buffer.get() & 0x0f;
            int length = buffer.get();
            if (length == 126 || length == 127) {
                if (buffer.remaining() < (length == 126 ? Short.BYTES : Long.BYTES)) {
                    buffer.reset();
                    return false;
                }
                length = length == 126 ? Short.toUnsignedInt(buffer.getShort()) : Math.toIntExact(buffer.getLong());
            }
            if (buffer.remaining() < length) {
                buffer.reset();
                return false;
            }
            int end = buffer.position() + length;
            switch (opcode) {
                case 2 -> message(buffer, end, now);
                case 9 -> pong();
                default -> throw new IOException("a frame of kind " + opcode);
            }
            buffer.position(end);
            return true;
        }

        private void pong() throws IOException {
            ByteBuffer pong = ByteBuffer.wrap(new byte[] {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0});
            if (channel != null) {
                channel.write(pong);
            }
        }

        private void message(ByteBuffer frame, int end, long now) {
            circle.frames.increment();
            boolean first = !told;
            if (first) {
                told = true;
                circle.connecting--;
                if (!everTold) {
                    everTold = true;
                    open.incrementAndGet();
                }
                if (kind == Kind.RECONNECTING) {
                    circle.later(this, 2_000, 8_000);
                }
            }
            int type = frame.get();
            if (type == SNAPSHOT) {
                if (seq >= 0) {
                    circle.snapshots.increment();
                }
                byte[] name = new byte[frame.get()];
                frame.get(name);
                epoch = new String(name, StandardCharsets.US_ASCII);
                seq = frame.getLong();
                frame.getInt();
                statuses = new byte[end - frame.position()];
                frame.get(statuses);
                return;
            }
            Inconsistent.unless(type == DELTA, "a message of type " + type);
            long prevSeq = frame.getLong();
            Inconsistent.unless(prevSeq == seq, "a gap: at " + seq + " came a delta after " + prevSeq);
            seq = frame.getLong();
            int seat = 0;
            while (frame.position() < end) {
                int value = 0;
                int shift = 0;
                byte next;
                do {
                    next = frame.get();
                    value |= (next & 0x7f) << shift;
                    shift += 7;
                } while (next < 0);
                seat += value >> 2;
                int bits = (seat & 3) << 1;
                statuses[seat >> 2] = (byte) ((statuses[seat >> 2] & ~(3 << bits)) | ((value & 3) << bits));
            }
            if (recording && !first && seq > prevSeq) {
                (kind == Kind.SLOW ? circle.slowArrivals : circle.arrivals)
                        .computeIfAbsent(new Step(prevSeq, seq), _ -> new Arrivals(now))
                        .add(now);
            }
        }

        /** A slow one goes on reading; one that reconnects does so. */
        void alarm() {
            SelectionKey mine = key;
            if (kind == Kind.SLOW && paused && mine != null) {
                paused = false;
                mine.interestOps(SelectionKey.OP_READ);
            } else if (kind == Kind.RECONNECTING) {
                if (!restless) {
                    circle.later(this, 200, 400);
                } else if (channel != null && mine != null) {
                    mine.cancel();
                    closeQuietly(channel);
                    circle.returns.increment();
                    synchronized (circle) {
                        told = false;
                        circle.coming.add(this);
                    }
                }
            }
        }
    }

    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
