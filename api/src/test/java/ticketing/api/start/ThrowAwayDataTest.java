package ticketing.api.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.embedded.DataDirectory;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ThrowAwayDataTest {

    @Autowired
    private DataDirectory directory;

    @Autowired
    private JdbcClient database;

    @Test
    void a_test_of_the_whole_application_has_a_real_database_of_its_own() throws Exception {
        assertThat(directory.path())
                .startsWith(Path.of(System.getProperty("java.io.tmpdir")).toRealPath());
        assertThat(database.sql("SHOW server_version").query(String.class).single())
                .startsWith("18.");
        assertThat(database.sql("SHOW statement_timeout").query(String.class).single())
                .isEqualTo("15s");
        assertThat(database.sql("SELECT count(*) FROM demo.season")
                        .query(Integer.class)
                        .single())
                .isZero();
    }
}
