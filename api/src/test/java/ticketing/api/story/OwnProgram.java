package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import ticketing.api.TicketingApplication;
import ticketing.api.start.Program;

/**
 * The program in a process of its own with its own data directory, without a search server, and a client that talks to it.
 *
 * @param database its own database, entered with what it remembers of it
 */
record OwnProgram(Program process, Client client, DataSource database) implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)\\R");

    /** Starts it, or starts it again, in the directory {@code data} below this one, and waits until it is ready. */
    static OwnProgram start(Path directory, String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--ticketing.data-dir=" + directory.resolve("data"),
                "--ticketing.demo=false",
                "--ticketing.search.embedded=false",
                "--ticketing.rate-limits=false",
                "--" + Client.CHEAP_PASSWORDS,
                "--ticketing.admin.email=" + Client.ADMIN_EMAIL,
                "--ticketing.admin.password=" + Client.ADMIN_PASSWORD));
        arguments.addAll(List.of(settings));
        Program process = Program.start(directory, TicketingApplication.class, arguments.toArray(String[]::new));
        process.awaitOutput("Stop");
        Matcher found = ADDRESS.matcher(process.output());
        assertThat(found.find()).isTrue();
        return new OwnProgram(
                process, new Client(URI.create("http://127.0.0.1:" + found.group(1))), databaseIn(directory));
    }

    private static DataSource databaseIn(Path directory) throws IOException {
        Properties access = new Properties();
        try (Reader file = Files.newBufferedReader(directory.resolve("data/postgres.properties"))) {
            access.load(file);
        }
        return new DriverManagerDataSource(
                "jdbc:postgresql://127.0.0.1:" + access.getProperty("port") + "/ticketing",
                "ticketing",
                access.getProperty("password"));
    }

    /** Ends it as a person does who wants it to end well. */
    void end() throws InterruptedException {
        process.terminate();
        process.awaitEnd();
    }

    @Override
    public void close() {
        process.close();
    }
}
