package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import ticketing.api.story.Plants.Plant;
import ticketing.api.story.Plants.Story;
import ticketing.auditor.Audit;
import ticketing.auditor.Fault;

/** Whatever is planted into a sound store, the auditor finds; in a sound store it finds nothing. */
class AuditorTest extends Platform {

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private DataSource database;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private JdbcConnectionDetails access;

    /** Whatever is planted is taken back, so one story does for all. */
    private static @Nullable Story told;

    @ParameterizedTest
    @MethodSource("ticketing.api.story.Plants#all")
    void the_auditor_finds(Plant plant) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Story story = story(connection);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                // Nobody appends before the planted event, and the snapshot begins here.
                story.lockHead();
                assertThat(audited(connection).faults()).isEmpty();
                plant.planting().into(story);
                List<Fault> faults = audited(connection).faults();
                assertThat(faults).anySatisfy(fault -> {
                    assertThat(fault.kind()).isEqualTo(plant.kind());
                    assertThat(fault.subject()).startsWith(plant.subjectIn(story));
                });
            } finally {
                connection.rollback();
            }
        }
    }

    @Test
    void a_read_model_that_is_behind_hides_no_missing_row_of_another() throws SQLException {
        try (Connection connection = database.getConnection()) {
            Story story = story(connection);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                // Before the snapshot begins: nobody stores a token beside it then.
                try (Statement lock = connection.createStatement()) {
                    lock.execute("LOCK TABLE store.token IN EXCLUSIVE MODE");
                }
                story.sql(
                        "UPDATE store.token SET token = convert_to('{\"globalIndex\":1}', 'UTF8') WHERE processor_name = 'catalogue'");
                story.sql("DELETE FROM view.booking WHERE booking_id = '" + story.held() + "'");
                assertThat(audited(connection).faults())
                        .anySatisfy(fault -> assertThat(fault.subject()).isEqualTo("view.booking " + story.held()));
            } finally {
                connection.rollback();
            }
        }
    }

    @Test
    void a_fault_shows_in_health_and_metrics_but_not_in_readiness_and_goes_when_it_is_mended() {
        Show show = newShow();
        String where = " WHERE ordinal = 0 AND show_id = '" + show.id() + "'";
        assertThat(jdbc.sql("UPDATE view.section SET held = held + 1" + where).update())
                .isOne();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(audit()).isEqualTo("FAULTY"));
        assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
        assertThat(client.get("/actuator/prometheus").text())
                .contains("ticketing_audit_faults{kind=\"view-row-wrong\"} 1.0");

        assertThat(new Commands(access).run("audit").expect(1).output())
                .contains("view-row-wrong view.section " + show.id() + " 0");

        jdbc.sql("UPDATE view.section SET held = held - 1" + where).update();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(audit()).isEqualTo("UP"));
        assertThat(new Commands(access).run("audit").expect(0).output()).contains("Sound: ");
    }

    private String audit() {
        return client.get("/actuator/health").at("/components/audit/status");
    }

    private Show newShow() {
        Person organizer = client.newPerson("ORGANIZER");
        return client.newShow(organizer, client.newVenue(organizer, 1, 10, 10), Map.of());
    }

    private Story story(Connection connection) {
        Story story = told;
        if (story == null) {
            story = Story.tell(client, connection);
            told = story;
        }
        return new Story(story.show(), story.paid(), story.held(), connection);
    }

    private static Audit.Report audited(Connection connection) throws SQLException {
        Audit audit = new Audit();
        boolean complete = false;
        while (!complete) {
            complete = audit.step(connection);
        }
        return audit.report();
    }
}
