package ticketing.api.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import ticketing.api.problem.Problem;

class TurnTest {

    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final Semaphore working = new Semaphore(0);

    @Test
    void whoever_waits_leaves_its_place_to_those_who_work() {
        Semaphore waiting = new Semaphore(1);
        Turn turn = Turn.taken(request, working, waiting);
        Turn.giveBack(request);
        Turn.giveBack(request);
        assertThat(working.availablePermits()).isOne();
        assertThat(waiting.availablePermits()).isZero();
        turn.end();
        turn.end();
        assertThat(working.availablePermits()).isOne();
        assertThat(waiting.availablePermits()).isOne();
    }

    @Test
    void when_too_many_wait_one_more_is_turned_away_and_nobody_else_is() {
        Turn turn = Turn.taken(request, working, new Semaphore(0));
        assertThatThrownBy(() -> Turn.giveBack(request))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("overloaded");
        assertThat(working.availablePermits()).isZero();
        turn.end();
        assertThat(working.availablePermits()).isOne();
    }

    @Test
    void a_request_that_is_not_counted_may_wait() {
        Turn.giveBack(request);
        assertThat(working.availablePermits()).isZero();
    }
}
