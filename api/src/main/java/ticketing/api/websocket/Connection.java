package ticketing.api.websocket;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.coyote.http11.upgrade.UpgradeInfo;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's WebSocket, directly on the web server's non-blocking input and output. The standard API keeps some 48 KiB of buffers for each client and
 * encodes each message for each of them again.
 *
 * <p>One frame is on its way at a time, straight from the bytes that all clients share. Whatever happens meanwhile is asked for when it has left. Made by
 * Tomcat, hence public.
 */
public final class Connection implements InternalHttpUpgradeHandler, Incoming.Receiver {

    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NO_STATUS = 1005;
    private static final int POLICY = 1008;
    private static final int TRY_AGAIN_LATER = 1013;

    private static final int MISSED_PONGS = 3;

    /** What a client may send between two pings; answering pings and leaving is all that it has to do. */
    private static final int MOST_RECEIVED = 16_384;

    private static final int READ_AT_ONCE = 512;

    /** How long a client that was told to go has to read that. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * As much as the operating system keeps for a client that does not read: two snapshots of a large hall. Left to itself it would let megabytes of frames
     * pile up, all of them old when they arrive.
     */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final AtomicBoolean queued = new AtomicBoolean();
    private final Incoming incoming = new Incoming();
    private @Nullable Function<Connection, Outgoing> opening;
    private @Nullable Writers writers;
    private int assigned;
    private @Nullable SocketWrapperBase<?> socket;
    /** What is written to first, without the web server's help; absent where that would not be right. */
    private @Nullable SocketChannel plain;

    // Guarded by this.
    private @Nullable Outgoing outgoing;
    private byte @Nullable [] pong;
    private boolean pingDue;
    private int closeStatus;
    /** Whether it is known what the client is to be told; it may be woken before. */
    private boolean ready;

    private boolean sending;
    private boolean writing;
    private boolean closing;
    private boolean closedByClient;
    private boolean ended;
    private int received;
    private long since = System.nanoTime();
    private long pinged = since;

    private volatile long answered = since;
    /** Touched by the thread that reads, of which there is one at a time. */
    private boolean deaf;

    /**
     * What will happen as soon as the client has been told that the protocol is switched.
     *
     * @param opening what the client is to be told; may throw if that is not possible after all
     */
    void prepare(Writers by, Function<Connection, Outgoing> opening) {
        this.writers = by;
        this.opening = opening;
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
        socket = wrapper;
    }

    @Override
    public void init(WebConnection connection) {
        if (socket().getSocket() instanceof NioChannel channel) {
            // Of a subclass, which encrypts, it is not the channel itself that is written to.
            plain = channel.getClass() == NioChannel.class ? channel.getIOChannel() : null;
            try {
                channel.getIOChannel().setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            } catch (IOException e) {
                LOG.debug("A client that left at once", e);
            }
        }
        assigned = writers().assign();
        Outgoing opened = null;
        try {
            opened = Objects.requireNonNull(opening).apply(this);
        } catch (RuntimeException e) {
            // Looked well a moment ago, at the handshake.
            LOG.debug("A client could not be let in", e);
        }
        opening = null;
        synchronized (this) {
            outgoing = opened;
            ready = true;
            if (opened == null) {
                closeStatus = TRY_AGAIN_LATER;
            }
        }
        writers().add(this);
        wake();
    }

    private SocketWrapperBase<?> socket() {
        return Objects.requireNonNull(socket);
    }

    private Writers writers() {
        return Objects.requireNonNull(writers);
    }

    /** Has one of the writing threads look what is to be sent, soon. Never waits. */
    public void wake() {
        if (queued.compareAndSet(false, true)) {
            writers().serve(this, assigned);
        }
    }

    /** Sends the client away. */
    public void dismiss() {
        dismiss(GOING_AWAY);
    }

    private void dismiss(int status) {
        synchronized (this) {
            if (closeStatus == 0) {
                closeStatus = status;
            }
        }
        wake();
    }

    /** Sends what there is until there is nothing more or the client's network is full. Called by a writing thread. */
    void send() {
        queued.set(false);
        synchronized (this) {
            sending = true;
            try {
                while (ready && !writing && !ended && !closing) {
                    byte[] next = next();
                    if (next == null) {
                        break;
                    }
                    write(next);
                }
            } finally {
                sending = false;
            }
        }
    }

    private byte @Nullable [] next() {
        byte[] answer = pong;
        if (answer != null) {
            pong = null;
            return Frames.pong(answer);
        }
        Outgoing content = outgoing;
        if (closeStatus == 0 && (content == null || content.isOver())) {
            closeStatus = GOING_AWAY;
        }
        if (closeStatus != 0) {
            closing = true;
            return Frames.close(closeStatus);
        }
        byte[] frame = Objects.requireNonNull(content).next();
        if (frame == null && pingDue) {
            pingDue = false;
            frame = Frames.ping();
        }
        return frame;
    }

    private void write(byte[] frame) {
        writing = true;
        since = System.nanoTime();
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        SocketChannel direct = plain;
        if (direct != null) {
            try {
                direct.write(bytes);
            } catch (IOException e) {
                LOG.debug("A client went away", e);
                end();
                return;
            }
            if (!bytes.hasRemaining()) {
                written();
                return;
            }
        }
        // What is left when the network is full. Calls Written, perhaps at once, on this thread.
        socket().write(
                        BlockingMode.NON_BLOCK,
                        -1,
                        TimeUnit.MILLISECONDS,
                        this,
                        SocketWrapperBase.COMPLETE_WRITE_WITH_COMPLETION,
                        Written.HANDLER,
                        bytes);
    }

    private enum Written implements CompletionHandler<Long, Connection> {
        HANDLER;

        @Override
        public void completed(Long bytes, Connection connection) {
            connection.written();
        }

        @Override
        public void failed(Throwable fault, Connection connection) {
            LOG.debug("A client went away", fault);
            connection.end();
        }
    }

    private void written() {
        boolean told;
        boolean gone;
        boolean more;
        synchronized (this) {
            writing = false;
            since = System.nanoTime();
            told = closing;
            gone = closing && closedByClient;
            // On the writing thread itself, it goes on by itself.
            more = !sending;
        }
        if (gone) {
            end();
        } else if (told) {
            // The client has to be able to read it, so its connection stays a moment longer than its place.
            leave();
        } else if (more) {
            wake();
        }
    }

    /** Has the web server close the connection; it then calls {@link #destroy}. */
    void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        if (socket().isClosed()) {
            destroy();
        } else {
            socket().processSocket(SocketEvent.DISCONNECT, true);
        }
    }

    private void leave() {
        Outgoing left;
        synchronized (this) {
            left = outgoing;
            outgoing = null;
        }
        if (left != null) {
            left.leave();
        }
    }

    /**
     * Called now and then: pings, and drops who is dead.
     *
     * @param heartbeat nanoseconds between two pings
     * @param sendWithin nanoseconds that one frame may take to leave
     */
    void look(long now, long heartbeat, long sendWithin) {
        if (socket().isClosed()) {
            // By the web server, in one of the ways in which it tells nobody.
            destroy();
            return;
        }
        boolean dead;
        boolean due = false;
        synchronized (this) {
            dead = closing ? now - since > LINGER_NANOS : writing && now - since > sendWithin;
            if (!dead && !closing && now - pinged >= heartbeat) {
                pinged = now;
                received = 0;
                pingDue = true;
                due = true;
            }
        }
        if (dead) {
            end();
        } else if (due && now - answered > MISSED_PONGS * heartbeat) {
            dismiss(POLICY);
        } else if (due) {
            wake();
        }
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent status) {
        SocketState next = switch (status) {
            case OPEN_READ -> read();
            case OPEN_WRITE -> SocketState.UPGRADED;
            case STOP -> {
                dismiss(GOING_AWAY);
                yield SocketState.UPGRADED;
            }
            default -> SocketState.CLOSED;
        };
        if (next == SocketState.CLOSED) {
            synchronized (this) {
                // No frame is begun any more: the web server is about to close what it would go to.
                ended = true;
            }
        }
        return next;
    }

    private SocketState read() {
        ByteBuffer bytes = ByteBuffer.allocate(READ_AT_ONCE);
        try {
            int read = socket().read(false, bytes);
            while (read > 0) {
                if (!mayHaveSent(read)) {
                    return SocketState.CLOSED;
                }
                if (!deaf) {
                    incoming.take(bytes.flip(), this);
                }
                bytes.clear();
                read = socket().read(false, bytes);
            }
            return read < 0 ? SocketState.CLOSED : SocketState.UPGRADED;
        } catch (Incoming.Violation e) {
            LOG.debug("A client that does not keep to the protocol", e);
            // Goes on reading: closing what has unread bytes would take the close frame away from the client.
            deaf = true;
            dismiss(e.status);
            return SocketState.UPGRADED;
        } catch (IOException e) {
            LOG.debug("A client went away", e);
            return SocketState.CLOSED;
        }
    }

    private synchronized boolean mayHaveSent(int bytes) {
        received += bytes;
        return received <= MOST_RECEIVED;
    }

    @Override
    public void ping(byte[] payload) {
        synchronized (this) {
            pong = payload;
        }
        wake();
    }

    @Override
    public void pong() {
        answered = System.nanoTime();
    }

    @Override
    public void closed(int status) {
        boolean told;
        synchronized (this) {
            closedByClient = true;
            if (closeStatus == 0) {
                closeStatus =
                        status == NO_STATUS ? NORMAL : status >= 1_000 && status < 5_000 ? status : PROTOCOL_ERROR;
            }
            told = closing && !writing;
        }
        if (told) {
            end();
        } else {
            wake();
        }
    }

    @Override
    public void timeoutAsync(long now) {}

    @Override
    public boolean hasAsyncIO() {
        return false;
    }

    @Override
    public void setSslSupport(SSLSupport support) {}

    @Override
    public void pause() {}

    @Override
    public @Nullable UpgradeInfo getUpgradeInfo() {
        return null;
    }

    @Override
    public void destroy() {
        synchronized (this) {
            ended = true;
        }
        Writers from = writers;
        if (from != null) {
            from.remove(this);
        }
        leave();
    }
}
