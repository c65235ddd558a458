package ticketing.api.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ticketing.messages.UserId;
import ticketing.messages.booking.BookingId;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowStatus;
import ticketing.messages.ticket.TicketEvent.TicketConfirmed;
import ticketing.messages.ticket.TicketEvent.TicketReleased;
import ticketing.messages.ticket.TicketId;

/** The live seat map as a client sees it, over real HTTP. */
@Timeout(60)
class LiveSeatsTest {

    private static final AtomicInteger SHOWS = new AtomicInteger();
    private static final UserId OWNER = new UserId("owner");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private static LiveNode node;

    private final ShowId show = new ShowId("show" + SHOWS.incrementAndGet());

    @BeforeAll
    static void start() {
        node = LiveNode.start("ticketing.cors.origins=https://friend.example");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** A client of the WebSocket that keeps what it is told. */
    private static class Client implements WebSocket.Listener {
        final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final CompletableFuture<String> ponged = new CompletableFuture<>();
        private final ByteArrayOutputStream partialBytes = new ByteArrayOutputStream();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                frames.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            partialBytes.writeBytes(bytes);
            if (last) {
                binaries.add(partialBytes.toByteArray());
                partialBytes.reset();
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            ponged.complete(StandardCharsets.UTF_8.decode(message).toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }

        String next() throws InterruptedException {
            return Objects.requireNonNull(frames.poll(10, TimeUnit.SECONDS), "no frame in time");
        }
    }

    private static WebSocket watch(LiveNode at, String path, Client client, UnaryOperator<WebSocket.Builder> more) {
        return more.apply(HTTP.newWebSocketBuilder())
                .buildAsync(URI.create("ws://localhost:" + at.port + path), client)
                .join();
    }

    private WebSocket watch(String query, Client client) {
        return watch(node, "/v1/events/" + show + "/seats/live" + query, client, UnaryOperator.identity());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + node.port + path));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> as(String caller, String path) throws IOException, InterruptedException {
        return HTTP.send(request(path).header("Caller", caller).build(), BodyHandlers.ofString());
    }

    private static String statuses(int... bytes) {
        byte[] packed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            packed[i] = (byte) bytes[i];
        }
        return Base64.getEncoder().encodeToString(packed);
    }

    private static String seqIn(String frame) {
        return frame.replaceAll(".*\"seq\":(\\d+).*", "$1");
    }

    @Test
    void a_socket_tells_everything_first_and_then_what_changes() throws InterruptedException {
        node.publish(show);
        node.reserve(show, 1);
        Client client = new Client();
        WebSocket socket = watch("", client);

        String snapshot = client.next();
        String seq = seqIn(snapshot);
        assertThat(snapshot)
                .isEqualTo("{\"type\":\"snapshot\",\"epoch\":\"epoch1\",\"seq\":" + seq
                        + ",\"seatCount\":10,\"statuses\":\"" + statuses(0b00_00_01_00, 0, 0b11_11) + "\"}");

        node.reserve(show, 7);
        assertThat(client.next())
                .matches("\\{\"type\":\"delta\",\"prevSeq\":" + seq + ",\"seq\":\\d+,\"changes\":\\[\\[7,1]]}");

        node.happens(
                new TicketReleased(TicketId.of(show, 1), BookingId.of(show, "1")),
                new TicketConfirmed(TicketId.of(show, 7), BookingId.of(show, "1"), LiveNode.PRICE));
        assertThat(client.next() + client.frames.poll(150, TimeUnit.MILLISECONDS))
                .contains("[1,0]")
                .contains("[7,2]");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Test
    void a_socket_resumes_where_it_was() throws InterruptedException {
        node.publish(show);
        Client first = new Client();
        WebSocket socket = watch("", first);
        String seq = seqIn(first.next());
        socket.abort();
        node.reserve(show, 3);

        Client second = new Client();
        watch("?epoch=epoch1&since=" + seq, second);
        String resumed = second.next();
        assertThat(resumed).startsWith("{\"type\":\"delta\",\"prevSeq\":" + seq);
        // An empty one says that nothing was missed, if the feed has not taken the change in yet; then that comes next.
        assertThat(resumed.endsWith("\"changes\":[]}") ? second.next() : resumed)
                .endsWith("\"changes\":[[3,1]]}");

        Client stranger = new Client();
        watch("?epoch=other&since=" + seq, stranger);
        assertThat(stranger.next()).startsWith("{\"type\":\"snapshot\"");
        Client confused = new Client();
        watch("?epoch=epoch1&since=yesterday", confused);
        assertThat(confused.next()).startsWith("{\"type\":\"snapshot\"");
    }

    @Test
    void the_first_subprotocol_that_is_known_is_agreed_on_and_without_one_it_is_json() throws InterruptedException {
        node.publish(show);
        String path = "/v1/events/" + show + "/seats/live";
        Client client = new Client();
        WebSocket socket =
                watch(node, path, client, b -> b.subprotocols("seats.v9.xml", "seats.v1.json", "seats.v1.bin"));
        assertThat(socket.getSubprotocol()).isEqualTo("seats.v1.json");
        assertThat(client.next()).startsWith("{\"type\":\"snapshot\"");

        Client binary = new Client();
        socket = watch(node, path, binary, b -> b.subprotocols("seats.v1.bin", "seats.v1.json"));
        assertThat(socket.getSubprotocol()).isEqualTo("seats.v1.bin");
        assertThat(Objects.requireNonNull(binary.binaries.poll(10, TimeUnit.SECONDS)))
                .startsWith(1, 6, 'e');

        Client other = new Client();
        WebSocket plain = watch(node, path, other, b -> b.subprotocols("seats.v9.xml"));
        assertThat(plain.getSubprotocol()).isEmpty();
        assertThat(other.next()).startsWith("{\"type\":\"snapshot\"");
    }

    @Test
    void watchers_in_both_forms_and_a_stream_see_the_same_map_through_everything_that_happens() throws Exception {
        int seats = 300;
        node.publish(show, seats, "Stalls", "Balcony");
        String path = "/v1/events/" + show + "/seats/live";
        Client json = new Client();
        Client binary = new Client();
        watch(node, path, json, UnaryOperator.identity());
        watch(node, path, binary, b -> b.subprotocols("seats.v1.bin"));
        Random random = new Random(7);
        int[] truth = new int[2 * seats];
        for (int i = 0; i < 3_000; i++) {
            int seat = random.nextInt(truth.length);
            TicketId ticket = TicketId.of(show, seat);
            truth[seat] = random.nextInt(3);
            switch (truth[seat]) {
                case 0 -> node.happens(new TicketReleased(ticket, BookingId.of(show, "1")));
                case 1 -> node.reserve(show, seat);
                default -> node.happens(new TicketConfirmed(ticket, BookingId.of(show, "1"), LiveNode.PRICE));
            }
        }
        ToldMap toldJson = new ToldMap();
        ToldMap toldBinary = new ToldMap();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            for (String frame = json.frames.poll(); frame != null; frame = json.frames.poll()) {
                toldJson.take(frame);
            }
            for (byte[] frame = binary.binaries.poll(); frame != null; frame = binary.binaries.poll()) {
                toldBinary.take(frame);
            }
            assertThat(toldJson.codes).isEqualTo(truth);
            assertThat(toldBinary.codes).isEqualTo(truth);
        });
        ToldMap asked = new ToldMap();
        asked.take(get("/v1/events/" + show + "/availability").body());
        assertThat(asked.codes).isEqualTo(truth);
        assertThat(asked.seq).isEqualTo(toldJson.seq).isEqualTo(toldBinary.seq);
    }

    @Test
    void a_watcher_of_a_section_is_told_of_it_alone() throws Exception {
        node.publish(show, 8, "Stalls", "A, left", "Balcony");
        String wish = "?section=Balcony&section=" + URLEncoder.encode("A, left", StandardCharsets.UTF_8);
        Client client = new Client();
        watch(wish, client);
        assertThat(client.next())
                .contains("\"seatCount\":24,\"ranges\":[[8,16]],\"statuses\":\"" + statuses(0, 0, 0, 0));
        HttpResponse<InputStream> stream =
                HTTP.send(request("/v1/events/" + show + "/seats/stream" + wish).build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines = lines(stream)) {
            for (int i = 0; i < 3; i++) {
                nextLine(lines);
            }
            assertThat(nextLine(lines)).contains("\"ranges\":[[8,16]]");

            // Committed first, and told in a frame of its own to who is concerned: nothing of it may come here.
            node.reserve(show, 3);
            Client whole = new Client();
            watch("", whole);
            whole.next();
            node.reserve(show, 20);

            assertThat(client.next()).endsWith("\"changes\":[[20,1]]}");
            assertThat(nextLine(lines)).isEqualTo("event: delta");
            nextLine(lines);
            assertThat(nextLine(lines)).endsWith("\"changes\":[[20,1]]}");
        }
    }

    @Test
    void an_unknown_section_is_a_400_before_any_socket_is_opened() throws IOException, InterruptedException {
        node.publish(show);
        assertThat(refusedWith("?section=Moon")).isEqualTo(400);
        assertThat(refusedWith("?section=Stalls" + "&section=Stalls".repeat(50)))
                .isEqualTo(400);
        HttpResponse<String> answer = get("/v1/events/" + show + "/seats/stream?section=Moon");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"validation-failed\"").contains("section");
    }

    private int refusedWith(String query) {
        try {
            watch(query, new Client());
            return 101;
        } catch (CompletionException e) {
            return ((WebSocketHandshakeException) Objects.requireNonNull(e.getCause()))
                    .getResponse()
                    .statusCode();
        }
    }

    @Test
    void a_section_is_resumed_where_it_was() throws InterruptedException {
        node.publish(show, 8, "Stalls", "Balcony");
        Client first = new Client();
        WebSocket socket = watch("?section=Balcony", first);
        String seq = seqIn(first.next());
        socket.abort();
        node.reserve(show, 1);
        node.reserve(show, 9);
        Client second = new Client();
        watch("?section=Balcony&epoch=epoch1&since=" + seq, second);
        String resumed = second.next();
        assertThat(resumed).startsWith("{\"type\":\"delta\",\"prevSeq\":" + seq);
        assertThat(resumed.endsWith("\"changes\":[]}") ? second.next() : resumed)
                .endsWith("\"changes\":[[9,1]]}");
    }

    /** Reads its socket by hand, and only when it is told to. */
    @Test
    void a_client_that_does_not_read_misses_frames_and_ends_on_the_true_map() throws Exception {
        int seats = 12_000;
        node.publish(show, seats, "Stalls");
        Client quick = new Client();
        watch(node, "/v1/events/" + show + "/seats/live", quick, b -> b.subprotocols("seats.v1.bin"));
        ToldMap quickMap = new ToldMap();
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4_096);
            slow.setSoTimeout(10_000);
            slow.connect(new InetSocketAddress("localhost", node.port));
            slow.getOutputStream()
                    .write(("GET /v1/events/" + show
                                    + "/seats/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                    + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(slow.getInputStream());
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) in.read();
            }
            assertThat(head).startsWith("HTTP/1.1 101").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

            int quickFrames = 0;
            for (int round = 1; round <= 24; round++) {
                for (int seat = 0; seat < 1_500; seat++) {
                    if (round % 2 == 1) {
                        node.reserve(show, seat);
                    } else {
                        node.happens(new TicketReleased(TicketId.of(show, seat), BookingId.of(show, "1")));
                    }
                }
                int sold = seats - round;
                node.happens(new TicketConfirmed(TicketId.of(show, sold), BookingId.of(show, "1"), LiveNode.PRICE));
                // Everybody who reads has been told before the next round begins.
                while (quickMap.codes.length == 0 || quickMap.codes[sold] != 2) {
                    quickMap.take(Objects.requireNonNull(quick.binaries.poll(10, TimeUnit.SECONDS), "no frame"));
                    quickFrames++;
                }
            }

            ToldMap slowMap = new ToldMap();
            int slowFrames = 0;
            while (slowMap.seq < quickMap.seq) {
                slowMap.take(textFrame(in));
                slowFrames++;
            }
            assertThat(slowMap.codes).isEqualTo(quickMap.codes);
            assertThat(slowFrames).isLessThan(quickFrames);
        }
    }

    private static String textFrame(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        assertThat(data.readUnsignedByte()).isEqualTo(0x81);
        int length = data.readUnsignedByte();
        byte[] text =
                new byte[length == 127 ? (int) data.readLong() : length == 126 ? data.readUnsignedShort() : length];
        data.readFully(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    @Test
    void pings_and_farewells_are_answered() {
        node.publish(show);
        Client client = new Client();
        WebSocket socket = watch("", client);
        socket.sendPing(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)))
                .join();
        assertThat(client.ponged.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("hello");

        int before = node.watchers();
        socket.sendClose(4_321, "enough").join();
        assertThat(client.closed.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(4_321);
        await().atMost(Duration.ofSeconds(10)).until(() -> node.watchers() < before);
    }

    @Test
    void an_unknown_show_is_a_404_before_any_socket_is_opened() throws IOException, InterruptedException {
        for (String unknown : new String[] {"nobody", "not-a-show", "%20"}) {
            assertThatThrownBy(() -> watch(
                            node, "/v1/events/" + unknown + "/seats/live", new Client(), UnaryOperator.identity()))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(404));
        }
        for (String path : new String[] {"availability", "seats/stream"}) {
            HttpResponse<String> answer = get("/v1/events/nobody/" + path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("\"code\":\"event-not-found\"");
        }
        assertThat(get("/v1/events/nobody/seats/live").body()).contains("\"code\":\"malformed-request\"");
    }

    @Test
    void a_page_of_another_site_may_not_watch() {
        node.publish(show);
        String path = "/v1/events/" + show + "/seats/live";
        for (String foreign : List.of(
                "https://elsewhere.example",
                "null",
                "http://localhost:" + (node.port + 1),
                "https://localhost:" + node.port,
                "http://sub.localhost:" + node.port,
                "http://localhost:" + node.port + ".elsewhere.example",
                "http://friend.example.elsewhere.example",
                "::")) {
            assertThatThrownBy(() -> watch(node, path, new Client(), b -> b.header("Origin", foreign)))
                    .as(foreign)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
        }
        for (String own : List.of("http://localhost:" + node.port, "https://friend.example")) {
            watch(node, path, new Client(), b -> b.header("Origin", own)).abort();
        }
    }

    @Test
    void a_client_that_sends_much_is_closed() {
        node.publish(show);
        Client client = new Client();
        WebSocket socket = watch("", client);

        socket.sendText("x".repeat(10_000), true).join();

        assertThat(client.closed.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo(1009);
        await().atMost(Duration.ofSeconds(10)).until(() -> socket.isInputClosed());
    }

    @Test
    void a_client_that_goes_leaves_nothing_behind() throws InterruptedException {
        node.publish(show);
        int before = node.watchers();
        Client client = new Client();
        WebSocket socket = watch("", client);
        client.next();
        assertThat(node.watchers()).isGreaterThan(before);

        socket.abort();

        await().atMost(Duration.ofSeconds(10)).until(() -> node.watchers() <= before);
    }

    @Test
    void a_stream_tells_the_same_as_events_with_ids() throws IOException, InterruptedException {
        node.publish(show);
        HttpResponse<InputStream> response =
                HTTP.send(request("/v1/events/" + show + "/seats/stream").build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        String id;
        try (BufferedReader lines = lines(response)) {
            assertThat(nextLine(lines)).isEqualTo("retry: 1000");
            assertThat(nextLine(lines)).isEqualTo("event: snapshot");
            id = nextLine(lines);
            assertThat(id).matches("id: epoch1:\\d+");
            assertThat(nextLine(lines)).startsWith("data: {\"type\":\"snapshot\"");
            node.reserve(show, 0);
            assertThat(nextLine(lines)).isEqualTo("event: delta");
            assertThat(nextLine(lines)).matches("id: epoch1:\\d+");
            assertThat(nextLine(lines)).endsWith("\"changes\":[[0,1]]}");
        }
        HttpResponse<InputStream> again = HTTP.send(
                request("/v1/events/" + show + "/seats/stream")
                        .header("Last-Event-ID", id.substring(4))
                        .build(),
                BodyHandlers.ofInputStream());
        try (BufferedReader lines = lines(again)) {
            nextLine(lines);
            assertThat(nextLine(lines)).isEqualTo("event: delta");
        }
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static String nextLine(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && line.isEmpty()) {
            line = lines.readLine();
        }
        return Objects.requireNonNull(line, "the stream ended");
    }

    @Test
    void asking_for_a_streams_head_does_not_wait_for_it() throws IOException, InterruptedException {
        node.publish(show);
        HttpResponse<String> head =
                HTTP.send(request("/v1/events/" + show + "/seats/stream").HEAD().build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
    }

    @Test
    void availability_includes_what_was_committed_and_is_not_sent_twice() throws IOException, InterruptedException {
        node.publish(show);
        for (int seat = 0; seat < 4; seat++) {
            node.reserve(show, seat);
            String packed = statuses((1 << (2 * (seat + 1))) / 3, 0, 0b11_11);
            assertThat(get("/v1/events/" + show + "/availability").body())
                    .contains("\"seatCount\":10")
                    .contains("\"epoch\":\"epoch1\"")
                    .contains("\"statuses\":\"" + packed + "\"");
        }
        HttpResponse<String> answer = get("/v1/events/" + show + "/availability");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .contains("max-age=1, public, stale-while-revalidate=2");
        assertThat(as("anna CUSTOMER", "/v1/events/" + show + "/availability")
                        .headers()
                        .firstValue("Cache-Control"))
                .as("somebody logged in may just have changed it")
                .contains("no-cache, private");
        String tag = answer.headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> same = HTTP.send(
                request("/v1/events/" + show + "/availability")
                        .header("If-None-Match", tag)
                        .build(),
                BodyHandlers.ofString());
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
    }

    @Test
    void whoever_polls_long_is_answered_when_something_happens() throws Exception {
        node.publish(show);
        String path = "/v1/events/" + show + "/availability";
        String seq = seqIn(get(path).body());
        CompletableFuture<HttpResponse<String>> waiting = HTTP.sendAsync(
                request(path + "?epoch=epoch1&wait=30&since=" + seq).build(), BodyHandlers.ofString());
        await().atMost(Duration.ofSeconds(10)).until(() -> node.watchers() > 0);
        assertThat(waiting).isNotDone();

        node.reserve(show, 2);

        HttpResponse<String> answer = waiting.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(statuses(0b00_01_00_00, 0, 0b11_11));
        assertThat(answer.headers().firstValue("Cache-Control"))
                .contains("max-age=1, public, stale-while-revalidate=2");
        // What has happened already, what another store said and what has no epoch are told at once, however long one
        // would wait.
        for (String known : List.of(
                "?wait=30&epoch=epoch1&since=" + seq, "?wait=30&epoch=other&since=9999999", "?wait=30&since=0")) {
            assertThat(get(path + known).body()).as(known).isEqualTo(answer.body());
        }
    }

    @Test
    void whoever_polls_long_and_nothing_happens_is_told_that() throws Exception {
        node.publish(show);
        String path = "/v1/events/" + show + "/availability";
        HttpResponse<String> now = get(path);
        String same = path + "?epoch=epoch1&wait=1&since=" + seqIn(now.body());
        HttpResponse<String> answer = get(same);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(now.body());
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        HttpResponse<String> unchanged = HTTP.send(
                request(same)
                        .header(
                                "If-None-Match",
                                now.headers().firstValue("ETag").orElseThrow())
                        .build(),
                BodyHandlers.ofString());
        assertThat(unchanged.statusCode()).isEqualTo(304);
        for (String wrong : List.of("since=x", "since=-1", "since=1&wait=31", "since=1&wait=-1", "since=1&wait=long")) {
            assertThat(get(path + "?" + wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(get("/v1/events/nobody/availability?since=1&wait=30").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_board_begins_with_the_rows_of_the_read_model() throws IOException, InterruptedException {
        node.section(show, 0, 0, 4, "25.00");
        node.section(show, 1, 4, 4, null);
        node.jdbc
                .sql("INSERT INTO view.seat VALUES (:show, 1, 2, 'b1', 0), (:show, 2, 1, 'b2', 0)")
                .param("show", show.value())
                .update();
        assertThat(get("/v1/events/" + show + "/availability").body())
                .contains("\"statuses\":\"" + statuses(0b00_01_10_00, 0xff) + "\"");
    }

    @Test
    void a_cancelled_show_has_nothing_for_sale() throws IOException, InterruptedException {
        node.section(show, 0, 0, 4, "25.00");
        node.show(show, OWNER, ShowStatus.CANCELLED);
        assertThat(get("/v1/events/" + show + "/availability").body())
                .contains("\"statuses\":\"" + statuses(0xff) + "\"");
    }

    @Test
    void the_past_can_be_asked_for() throws IOException, InterruptedException {
        int first = 1_000 * SHOWS.get();
        node.section(show, 0, 0, 4, "25.00");
        node.show(show, OWNER, ShowStatus.CANCELLED);
        node.stored(first + 1, show.value(), 1, "show.ShowPublished", "2026-01-01T10:00:00Z");
        node.stored(first + 2, show + "-0", 0, "ticket.TicketReserved", "2026-01-01T10:01:00Z");
        node.stored(first + 3, show + "-b1", 0, "booking.BookingReserved", "2026-01-01T10:01:00Z");
        node.stored(first + 4, show + "-1", 0, "ticket.TicketReserved", "2026-01-01T10:02:00Z");
        node.stored(first + 5, show + "-0", 1, "ticket.TicketConfirmed", "2026-01-01T10:03:00Z");
        node.stored(first + 6, show + "-1", 1, "ticket.TicketExpired", "2026-01-01T10:12:00Z");
        node.stored(first + 7, show + "0-1", 0, "ticket.TicketReserved", "2026-01-01T10:01:00Z");
        node.stored(first + 8, show.value(), 2, "show.ShowCancelled", "2026-01-01T11:00:00Z");
        String analyst = "ann ANALYST";
        String path = "/v1/events/" + show + "/availability?at=";

        assertThat(as(analyst, path + "2026-01-01T09:59:00Z").statusCode()).isEqualTo(404);
        assertThat(as(analyst, path + "-999999999-01-01T00:00:00Z").statusCode())
                .isEqualTo(404);
        assertThat(as(analyst, path + "2026-01-01T10:00:30Z").body())
                .contains(statuses(0))
                .contains("\"seq\":" + (first + 1));
        assertThat(as(analyst, path + "2026-01-01T10:02:30Z").body()).contains(statuses(0b01_01));
        assertThat(as(analyst, path + "2026-01-01T10:03:30Z").body()).contains(statuses(0b01_10));
        assertThat(as(analyst, path + "2026-01-01T10:30:00Z").body()).contains(statuses(0b00_10));
        assertThat(as(analyst, path + "2026-01-01T12:00:00Z").body()).contains(statuses(0xff));
        assertThat(as(analyst, path + "nonsense").statusCode()).isEqualTo(400);

        assertThat(as("ada ADMIN", path + "2026-01-01T12:00:00Z").statusCode()).isEqualTo(200);
        assertThat(as(OWNER + " ORGANIZER", path + "2026-01-01T12:00:00Z").body())
                .contains(statuses(0xff));
        HttpResponse<String> rival = as("rival ORGANIZER", path + "2026-01-01T12:00:00Z");
        assertThat(rival.statusCode()).isEqualTo(404);
        assertThat(rival.body()).contains("\"code\":\"event-not-found\"");
    }

    @Test
    void one_address_gets_only_so_many_places() throws IOException, InterruptedException {
        try (LiveNode small =
                LiveNode.start("ticketing.live.connections-per-address=2", "ticketing.live.connections-per-user=1")) {
            small.publish(show);
            String path = "/v1/events/" + show + "/seats/live";
            Client first = new Client();
            Client second = new Client();
            WebSocket socket = watch(small, path, first, UnaryOperator.identity());
            watch(small, path, second, UnaryOperator.identity());
            first.next();
            second.next();

            assertThatThrownBy(() -> watch(small, path, new Client(), UnaryOperator.identity()))
                    .cause()
                    .isInstanceOfSatisfying(WebSocketHandshakeException.class, e -> {
                        assertThat(e.getResponse().statusCode()).isEqualTo(429);
                        assertThat(e.getResponse().headers().firstValue("Retry-After"))
                                .isPresent();
                    });

            socket.abort();
            await().atMost(Duration.ofSeconds(10)).until(() -> small.watchers() == 1);
            WebSocket anna = watch(small, path, new Client(), b -> b.header("Caller", "anna CUSTOMER"));
            await().atMost(Duration.ofSeconds(10)).until(() -> small.watchers() == 2);
            anna.abort();
            await().atMost(Duration.ofSeconds(10)).until(() -> small.watchers() == 1);
            Client third = new Client();
            watch(small, path, third, UnaryOperator.identity());
            assertThat(third.next()).startsWith("{\"type\":\"snapshot\"");
        }
    }

    @Test
    void a_silent_client_that_answers_no_ping_is_dropped_and_one_that_does_stays() throws InterruptedException {
        try (LiveNode hasty = LiveNode.start("ticketing.live.heartbeat=50ms")) {
            hasty.publish(show);
            Client lively = new Client();
            watch(hasty, "/v1/events/" + show + "/seats/live", lively, UnaryOperator.identity());
            lively.next();
            Client dead = new Client() {
                @Override
                public void onOpen(WebSocket socket) {
                    // Reads nothing at all, so that no pong goes out.
                }
            };
            watch(hasty, "/v1/events/" + show + "/seats/live", dead, UnaryOperator.identity());
            await().atMost(Duration.ofSeconds(10)).until(() -> hasty.watchers() == 2);
            await().atMost(Duration.ofSeconds(10)).until(() -> hasty.watchers() == 1);

            hasty.reserve(show, 1);
            assertThat(lively.next()).contains("[1,1]");
        }
    }

    @Test
    void a_stopping_node_says_goodbye_within_a_second() throws IOException, InterruptedException {
        LiveNode leaving = LiveNode.start();
        leaving.publish(show);
        Client client = new Client();
        watch(leaving, "/v1/events/" + show + "/seats/live", client, UnaryOperator.identity());
        client.next();
        HttpResponse<InputStream> stream = HTTP.send(
                HttpRequest.newBuilder(
                                URI.create("http://localhost:" + leaving.port + "/v1/events/" + show + "/seats/stream"))
                        .build(),
                BodyHandlers.ofInputStream());
        Instant begun = Instant.now();

        leaving.close();

        assertThat(client.closed.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(1001);
        assertThat(stream.body().readAllBytes()).isNotEmpty();
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(2));
    }
}
