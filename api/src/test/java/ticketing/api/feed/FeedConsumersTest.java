package ticketing.api.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ticketing.api.feed.FeedConsumers.Entry;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.UserId;

class FeedConsumersTest {

    private final FeedConsumers consumers = new FeedConsumers();

    private void assertRefused(String user, ProblemCode code) {
        assertThatThrownBy(() -> consumers.enter(new UserId(user)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code));
    }

    @Test
    void nobody_takes_the_places_of_the_others() {
        List<Entry> greedy = new ArrayList<>();
        for (int i = 0; i < FeedConsumers.MOST_OF_ONE; i++) {
            greedy.add(consumers.enter(new UserId("greedy")));
        }
        assertRefused("greedy", ProblemCode.RATE_LIMITED);
        try (Entry _ = consumers.enter(new UserId("another"))) {
            greedy.removeFirst().close();
            greedy.add(consumers.enter(new UserId("greedy")));
            assertRefused("greedy", ProblemCode.RATE_LIMITED);
        }
    }

    @Test
    void there_are_so_many_places_and_whoever_leaves_makes_room() {
        List<Entry> all = new ArrayList<>();
        for (int i = 0; i < FeedConsumers.MOST; i++) {
            all.add(consumers.enter(new UserId("u" + i / FeedConsumers.MOST_OF_ONE)));
        }
        assertRefused("late", ProblemCode.UNAVAILABLE);
        all.removeLast().close();
        consumers.enter(new UserId("late")).close();
    }
}
