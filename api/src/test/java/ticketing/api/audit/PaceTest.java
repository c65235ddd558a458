package ticketing.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final double SHARE = 0.05;
    private static final double IDLE_SHARE = 0.5;

    private long now;
    private double processors;
    private long head = 1_000_000;
    private final Pace pace =
            new Pace(new AuditSettings(true, SHARE, IDLE_SHARE, Duration.ZERO), () -> processors, () -> now);

    private double after(int seconds) {
        double share = 0;
        for (int i = 0; i < seconds * 10; i++) {
            now += Duration.ofMillis(100).toNanos();
            share = pace.share(head);
        }
        return share;
    }

    @Test
    void it_begins_as_if_all_were_busy_and_works_more_when_nobody_does() {
        assertThat(after(9)).isEqualTo(SHARE);
        assertThat(after(3)).isEqualTo(IDLE_SHARE);
    }

    @Test
    void it_makes_way_for_a_sale_and_waits_until_it_has_been_quiet_for_a_while() {
        after(20);
        head += 100;
        assertThat(after(1)).isEqualTo(SHARE);
        assertThat(after(9)).isEqualTo(SHARE);
        assertThat(after(3)).isEqualTo(IDLE_SHARE);
    }

    @Test
    void a_few_events_are_no_sale() {
        after(20);
        head += 5;
        assertThat(after(2)).isEqualTo(IDLE_SHARE);
    }

    @Test
    void it_makes_way_for_whoever_works_on_the_machine() {
        after(20);
        processors = 0.9;
        assertThat(after(2)).isEqualTo(SHARE);
        processors = 0.3;
        assertThat(after(12)).isEqualTo(IDLE_SHARE);
    }

    @Test
    void processors_that_say_nothing_are_not_busy() {
        processors = -1;
        assertThat(after(12)).isEqualTo(IDLE_SHARE);
    }

    @Test
    void it_never_works_less_because_nobody_else_does() {
        Pace eager = new Pace(new AuditSettings(true, 1, IDLE_SHARE, Duration.ZERO), () -> 0, () -> now);
        now += Duration.ofMinutes(1).toNanos();
        eager.share(head);
        now += Duration.ofMinutes(1).toNanos();
        assertThat(eager.share(head)).isEqualTo(1);
    }
}
