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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the same thing over and over, on connections that are kept, each again as soon as it is answered. Two threads for all of them, because whoever loads the
 * machine that is measured must cost it little.
 */
final class Getter {

    private static final int THREADS = 2;
    private static final int LARGEST_HEAD = 4_096;

    private final InetSocketAddress server;
    private final byte[] request;
    private final int connections;
    private final int status;
    private final int bodyLength;

    /**
     * @param headers each ending with CR and LF
     * @param status what each answer has to have
     * @param bodyLength how long each answer's body has to be; 0 for one that has none
     */
    Getter(URI address, String path, String headers, int connections, int status, int bodyLength) {
        this.server = new InetSocketAddress(address.getHost(), address.getPort());
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        this.connections = connections;
        this.status = status;
        this.bodyLength = bodyLength;
    }

    /** Only what was answered after the warm-up and within the measured time counts. */
    Load.Outcome run(Duration warmUp, Duration measured) throws InterruptedException {
        Histogram latencies = Load.histogram();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long begin = System.nanoTime() + warmUp.toNanos();
        long end = begin + measured.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int own = connections / THREADS;
            threads.add(Thread.ofPlatform().name("getter-" + i).start(() -> {
                try {
                    ask(own, begin, end, latencies);
                } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable broken = failure.get();
        if (broken != null) {
            throw new IllegalStateException("a reader failed: " + broken, broken);
        }
        return new Load.Outcome(measured, latencies);
    }

    private void ask(int own, long begin, long end, Histogram latencies) throws IOException {
        try (Selector selector = Selector.open()) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < own; i++) {
                readers.add(new Reader(selector));
            }
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
            long now = System.nanoTime();
            while (now < end) {
                selector.select(
                        key -> {
                            try {
                                ((Reader) key.attachment()).read(buffer, begin, latencies);
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        100);
                now = System.nanoTime();
            }
            for (Reader reader : readers) {
                reader.channel.close();
            }
        }
    }

    private final class Reader {

        private final Selector selector;
        private final byte[] head = new byte[LARGEST_HEAD];
        private SocketChannel channel;
        private int headBytes;
        private int left;
        private boolean inBody;
        private boolean last;
        private long asked;

        Reader(Selector selector) throws IOException {
            this.selector = selector;
            this.channel = connect();
        }

        private SocketChannel connect() throws IOException {
            SocketChannel opened = SocketChannel.open(server);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ, this);
            channel = opened;
            next();
            return opened;
        }

        private void next() throws IOException {
            headBytes = 0;
            inBody = false;
            asked = System.nanoTime();
            ByteBuffer bytes = ByteBuffer.wrap(request);
            channel.write(bytes);
            if (bytes.hasRemaining()) {
                throw new IOException("a request of some hundred bytes did not fit");
            }
        }

        void read(ByteBuffer buffer, long begin, Histogram latencies) throws IOException {
            buffer.clear();
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException("closed by the server");
            }
            buffer.flip();
            while (buffer.hasRemaining() && !inBody) {
                head[headBytes++] = buffer.get();
                if (headBytes >= 4 && head[headBytes - 1] == '\n' && head[headBytes - 3] == '\n') {
                    left = lengthIn(new String(head, 0, headBytes, StandardCharsets.US_ASCII));
                    inBody = true;
                }
            }
            if (!inBody) {
                return;
            }
            left -= buffer.remaining();
            if (left == 0) {
                long now = System.nanoTime();
                if (now >= begin) {
                    Load.record(latencies, now - asked);
                }
                if (last) {
                    channel.close();
                    connect();
                } else {
                    next();
                }
            }
        }

        private int lengthIn(String text) {
            Inconsistent.unless(text.startsWith("HTTP/1.1 " + status), "another answer: " + text);
            int length = -1;
            last = false;
            for (String line : text.split("\r\n", -1)) {
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(lower.substring(15).strip());
                } else if (lower.equals("connection: close")) {
                    last = true;
                }
            }
            int expected = bodyLength;
            Inconsistent.unless(
                    expected == 0 ? length <= 0 : length == expected,
                    "a body of " + length + " bytes instead of " + expected);
            return expected;
        }
    }
}
