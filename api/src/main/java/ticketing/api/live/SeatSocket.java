package ticketing.api.live;

import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import ticketing.api.problem.Problem;
import ticketing.messages.Rejected;
import ticketing.messages.show.ShowId;
import ticketing.projections.seatfeed.ResumePoint;
import ticketing.projections.seatfeed.SeatFrame;
import ticketing.projections.seatfeed.SeatSubscription;

/**
 * The WebSocket. Each connection has a virtual thread of its own that fetches the next frame, sends it and only then asks for another: a client that
 * takes frames slowly gets fewer of them. What clients send is read and forgotten.
 */
final class SeatSocket extends AbstractWebSocketHandler {

    static final String SHOW = "show";
    static final String RESUME_FROM = "resumeFrom";
    static final String ADDRESS = "address";

    private static final int LARGEST_INBOUND = 256;
    private static final int MISSED_PONGS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(SeatSocket.class);

    private final LiveSeats seats;
    private final Watchers watchers;
    private final LiveSettings settings;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();

    SeatSocket(LiveSeats seats, Watchers watchers, LiveSettings settings) {
        this.seats = seats;
        this.watchers = watchers;
        this.settings = settings;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) throws IOException {
        session.setTextMessageSizeLimit(LARGEST_INBOUND);
        session.setBinaryMessageSizeLimit(LARGEST_INBOUND);
        if (session instanceof NativeWebSocketSession wrapper) {
            Session container = wrapper.getNativeSession(Session.class);
            if (container != null) {
                container
                        .getUserProperties()
                        .put(
                                "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT",
                                settings.sendWithin().toMillis());
            }
        }
        Connection connection;
        try {
            connection = new Connection(session);
        } catch (Problem | Rejected e) {
            // Looked well a moment ago, at the handshake.
            session.close(CloseStatus.SERVICE_OVERLOAD);
            return;
        }
        connections.put(session.getId(), connection);
        Thread.ofVirtual().name("seat-socket-" + session.getId()).start(connection::send);
    }

    @Override
    protected void handlePongMessage(WebSocketSession session, PongMessage message) {
        Connection connection = connections.get(session.getId());
        if (connection != null) {
            connection.answered = System.nanoTime();
        }
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable error) {
        end(session);
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        end(session);
    }

    private void end(WebSocketSession session) {
        Connection connection = connections.remove(session.getId());
        if (connection != null) {
            connection.subscription.close();
        }
    }

    private final class Connection {

        private final WebSocketSession session;
        private final SeatSubscription subscription;
        private final Watchers.Entry place;
        private volatile long answered = System.nanoTime();

        Connection(WebSocketSession session) {
            Map<String, Object> attributes = session.getAttributes();
            this.session = session;
            this.subscription = seats.subscribe(
                    (ShowId) Objects.requireNonNull(attributes.get(SHOW)),
                    Optional.ofNullable((ResumePoint) attributes.get(RESUME_FROM)));
            try {
                this.place = watchers.enter(String.valueOf(attributes.get(ADDRESS)), subscription::close);
            } catch (Problem e) {
                subscription.close();
                throw e;
            }
        }

        void send() {
            CloseStatus end = CloseStatus.GOING_AWAY;
            try (place;
                    subscription) {
                CloseStatus fault = sendUntilClosed();
                end = fault == null ? end : fault;
                session.close(end);
            } catch (IOException e) {
                // The client went, or took too long: the container has closed or closes the connection.
                closeQuietly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closeQuietly();
            } catch (RuntimeException e) {
                if (session.isOpen()) {
                    LOG.error("A live seat map ended unexpectedly", e);
                }
                closeQuietly();
            } finally {
                connections.remove(session.getId());
            }
        }

        private @Nullable CloseStatus sendUntilClosed() throws IOException, InterruptedException {
            long heartbeat = settings.heartbeat().toNanos();
            long pinged = System.nanoTime();
            while (session.isOpen()) {
                SeatFrame frame =
                        subscription.next(Duration.ofNanos(Math.max(0, pinged + heartbeat - System.nanoTime())));
                if (frame != null) {
                    session.sendMessage(new TextMessage(frame.json()));
                } else if (subscription.isClosed()) {
                    return null;
                }
                long now = System.nanoTime();
                if (now - pinged >= heartbeat) {
                    if (now - answered > MISSED_PONGS * heartbeat) {
                        return CloseStatus.SESSION_NOT_RELIABLE;
                    }
                    session.sendMessage(new PingMessage());
                    pinged = now;
                }
            }
            return null;
        }

        private void closeQuietly() {
            try {
                session.close(CloseStatus.SESSION_NOT_RELIABLE);
            } catch (IOException | RuntimeException e) {
                LOG.debug("Closing a broken connection", e);
            }
        }
    }
}
