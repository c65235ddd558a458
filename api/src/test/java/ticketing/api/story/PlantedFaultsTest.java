package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import ticketing.api.story.Plants.Plant;
import ticketing.api.story.Plants.Story;

/** Every kind of fault, planted into the store of a running program whose auditor has the settings that it comes with. */
@Timeout(300)
class PlantedFaultsTest {

    private static final Duration PROMISED = Duration.ofMinutes(1);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // a server that a failed test left running still writes there
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void each_is_told_within_a_minute() throws Exception {
        // What moves the head back leaves no place for what is appended after it.
        List<Plant> plants = Plants.all()
                .sorted(Comparator.comparing(plant -> plant.subject().equals("head")))
                .toList();
        try (OwnProgram program = OwnProgram.start(directory);
                Connection connection = program.database().getConnection()) {
            Map<Plant, Story> stories = new LinkedHashMap<>();
            for (Plant plant : plants) {
                stories.put(plant, Story.tell(program.client(), connection));
            }
            // A round of the sound store first, so that the next one begins as late as it ever does.
            double before = rounds(program);
            await().atMost(PROMISED).until(() -> rounds(program) > before);
            assertThat(program.client().get("/actuator/health").at("/components/audit/status"))
                    .isEqualTo("UP");
            for (Map.Entry<Plant, Story> planted : stories.entrySet()) {
                planted.getKey().planting().into(planted.getValue());
            }
            await().atMost(PROMISED).untilAsserted(() -> {
                String log = program.process().output();
                assertThat(stories.entrySet())
                        .allSatisfy(planted -> assertThat(log)
                                .as(planted.getKey().what())
                                .contains("must not be: "
                                        + planted.getKey().kind().code() + " "
                                        + planted.getKey().subjectIn(planted.getValue())));
            });
            assertThat(program.client().get("/actuator/health").at("/components/audit/status"))
                    .isEqualTo("FAULTY");
            assertThat(program.client().get("/actuator/health/readiness").status())
                    .isEqualTo(200);
            program.end();
        }
    }

    private static double rounds(OwnProgram program) {
        return program.client()
                .get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("ticketing_audit_rounds "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}
