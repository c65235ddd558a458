package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/** Takes traces as programs send them, by OTLP over HTTP. */
final class SpanCollector implements AutoCloseable {

    private final Queue<Told> spans = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    /** A span as it came over the wire. */
    private record Told(String traceId, String spanId, String parentId, String name) {}

    SpanCollector() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", exchange -> {
                // ExportTraceServiceRequest.resource_spans.scope_spans.spans
                within(
                        exchange.getRequestBody().readAllBytes(),
                        1,
                        resource -> within(resource, 2, scope -> within(scope, 2, this::take)));
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With these, a program has every request traced, and says so here at once. */
    Map<String, String> settings() {
        return Map.of(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces",
                "management.opentelemetry.tracing.export.schedule-delay",
                "100ms",
                "management.tracing.sampling.probability",
                "1");
    }

    /** What has been told of the first request with this name; everything in it hangs together: everybody's parent is there, but for the request, which has none. */
    List<String> traceOf(String name) {
        Told request = spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no request in " + spans));
        List<Told> trace = spans.stream()
                .filter(span -> span.traceId().equals(request.traceId()))
                .toList();
        assertThat(trace.stream().map(Told::parentId).filter(id -> !id.isEmpty()))
                .hasSize(trace.size() - 1)
                .isSubsetOf(trace.stream().map(Told::spanId).toList());
        return trace.stream().map(Told::name).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(byte[] span) {
        Map<Integer, byte[]> fields = new HashMap<>();
        fields(span, fields::putIfAbsent);
        spans.add(new Told(
                hex(fields, 1),
                hex(fields, 2),
                hex(fields, 4),
                new String(fields.getOrDefault(5, new byte[0]), StandardCharsets.UTF_8)));
    }

    private static String hex(Map<Integer, byte[]> fields, int field) {
        return HexFormat.of().formatHex(fields.getOrDefault(field, new byte[0]));
    }

    private interface Part {
        void take(byte[] message);
    }

    private static void within(byte[] message, int field, Part part) {
        fields(message, (number, bytes) -> {
            if (number == field) {
                part.take(bytes);
            }
        });
    }

    /** The fields of a Protocol Buffers message that have a length; the others are passed over. */
    private static void fields(byte[] message, BiConsumer<Integer, byte[]> each) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long key = varint(in);
            switch ((int) (key & 7)) {
                case 0 -> varint(in);
                case 1 -> in.getLong();
                case 5 -> in.getInt();
                default -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    each.accept((int) (key >> 3), bytes);
                }
            }
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }
}
