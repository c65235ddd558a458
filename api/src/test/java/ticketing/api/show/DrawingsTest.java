package ticketing.api.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import ticketing.messages.show.SeatLayoutOf.Layout;
import ticketing.messages.show.ShowId;
import tools.jackson.databind.json.JsonMapper;

class DrawingsTest {

    private static final ShowId SHOW = new ShowId("show");
    private static final ShowId OTHER = new ShowId("other");
    private static final int ONE_DRAWING = "{\"layoutVersion\":\"1\",\"seatCount\":7,\"sections\":[]}".length();

    private final AtomicInteger drawn = new AtomicInteger();

    private Layout draw() {
        drawn.incrementAndGet();
        return new Layout("1", 7, List.of());
    }

    private String read(Drawings drawings, ShowId show) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        drawings.write(show, "1", this::draw, () -> out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Takes nothing until it is told to. */
    private static final class SlowReader extends OutputStream {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void write(int b) throws IOException {
            begun.countDown();
            try {
                assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    @Test
    void all_who_ask_at_once_wait_for_one_drawing() {
        Drawings drawings = new Drawings(new JsonMapper());
        CountDownLatch goOn = new CountDownLatch(1);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            answers.add(answer);
            readers.add(Thread.ofPlatform().start(() -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try {
                    drawings.write(
                            SHOW,
                            "1",
                            () -> {
                                Layout layout = draw();
                                try {
                                    assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                                return layout;
                            },
                            () -> out);
                    answer.complete(out.toString(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
            }));
        }
        await().until(() -> readers.stream()
                .allMatch(reader -> reader.getState() == Thread.State.BLOCKED
                        || reader.getState() == Thread.State.WAITING
                        || reader.getState() == Thread.State.TIMED_WAITING));
        goOn.countDown();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(
                                answer.orTimeout(10, TimeUnit.SECONDS).join())
                        .hasSize(ONE_DRAWING));
        assertThat(drawn).hasValue(1);
    }

    @Test
    void beyond_what_may_be_under_way_a_drawing_is_written_without_being_kept() throws Exception {
        Drawings drawings = new Drawings(new JsonMapper(), 1 << 20, ONE_DRAWING);
        SlowReader slow = new SlowReader();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                drawings.write(SHOW, "1", this::draw, () -> slow);
                done.complete(true);
            } catch (IOException e) {
                done.completeExceptionally(e);
            }
        });
        assertThat(slow.begun.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(read(drawings, SHOW)).as("the one under way is shared").hasSize(ONE_DRAWING);
        assertThat(drawn).hasValue(1);
        assertThat(read(drawings, OTHER)).hasSize(ONE_DRAWING);
        assertThat(drawn).as("made for the cache, then written seat by seat").hasValue(3);

        slow.goOn.countDown();
        assertThat(done.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
        assertThat(read(drawings, OTHER)).hasSize(ONE_DRAWING);
        assertThat(drawn).as("there is room again").hasValue(3);
    }
}
