package ticketing.api.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import ticketing.api.TicketingApplication;
import ticketing.api.start.Program;
import ticketing.api.start.StartRefused;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/**
 * The program in parts on one PostgreSQL: one process decides, answers and talks to clients, another fills the read models, and a third is there to take over. Beside
 * it, what is left of everything in a backup.
 */
@Timeout(180)
class RolesTest {

    private static final Set<String> PARTS = Set.of("command", "query", "projections", "api");

    @TempDir(cleanup = CleanupMode.NEVER)
    @SuppressWarnings("NullAway.Init")
    private static Path temporary;

    private static @Nullable EmbeddedPostgres postgres;
    private static @Nullable Program follower;
    private static @Nullable ConfigurableApplicationContext front;
    private static @Nullable ConfigurableApplicationContext spare;

    @SuppressWarnings("NullAway.Init")
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        Path log = Files.createDirectory(temporary.resolve("log"));
        EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setDataDirectory(temporary.resolve("postgres"))
                .setServerConfig("max_connections", "120")
                .setServerConfig("archive_mode", "on")
                // A shell reads it on the way.
                .setServerConfig("archive_command", "'cp %p " + log + "/%f'")
                .start();
        postgres = database;
        Program process = Program.start(
                temporary,
                TicketingApplication.class,
                settings(database, "projection").toArray(String[]::new));
        follower = process;
        ConfigurableApplicationContext edge = run(settings(database, "command,query,edge"));
        front = edge;
        client = new Client(
                URI.create("http://127.0.0.1:" + edge.getEnvironment().getProperty("local.server.port")));
        process.awaitOutput("Ticketing is ready.");
    }

    private static List<String> settings(EmbeddedPostgres database, String roles) {
        return List.of(
                "--ticketing.roles=" + roles,
                "--server.port=0",
                "--spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.username=postgres",
                "--ticketing.demo=false",
                "--ticketing.rate.limits=false",
                "--" + Client.CHEAP_PASSWORDS,
                "--ticketing.admin.email=" + Client.ADMIN_EMAIL,
                "--ticketing.admin.password=" + Client.ADMIN_PASSWORD);
    }

    private static ConfigurableApplicationContext run(List<String> settings) {
        return new SpringApplicationBuilder(TicketingApplication.class).run(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() throws IOException {
        if (spare != null) {
            spare.close();
        }
        if (front != null) {
            front.close();
        }
        if (follower != null) {
            follower.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    /** Names of our packages, two deep, that a process has beans of. */
    private static Set<String> parts(ConfigurableApplicationContext process) {
        Set<String> parts = new HashSet<>();
        for (String bean : process.getBeanDefinitionNames()) {
            Class<?> type = process.getType(bean);
            if (type != null && type.getName().startsWith("ticketing.")) {
                String name = type.getPackageName().substring("ticketing.".length());
                int dot = name.indexOf('.');
                if (dot > 0 && PARTS.contains(name.substring(0, dot))) {
                    parts.add(name);
                }
            }
        }
        return parts;
    }

    @Test
    void each_process_is_only_what_it_is_for_and_a_second_follower_takes_over() throws IOException {
        EmbeddedPostgres database = Objects.requireNonNull(postgres);
        ConfigurableApplicationContext second = run(settings(database, "projection"));
        spare = second;
        assertThat(parts(second))
                .contains("projections.catalogue", "projections.seatview", "projections.bookingview")
                .noneMatch(part -> part.startsWith("query."))
                .doesNotContain(
                        "projections.seatfeed",
                        "command.booking",
                        "command.payment",
                        "api.booking",
                        "api.account",
                        "api.live",
                        "api.security");
        assertThat(Objects.requireNonNull(follower).output())
                .contains("  Address")
                .doesNotContain("API docs");
        assertThat(second.containsBean("entityManagerFactory")).isFalse();
        assertThat(parts(Objects.requireNonNull(front)))
                .contains("projections.seatfeed", "command.booking", "command.payment", "query.show", "api.booking")
                .doesNotContain("projections.catalogue", "projections.seatview", "projections.bookingview");

        Person organizer = client.newPerson("ORGANIZER");
        Person buyer = client.newBuyer();
        Show show = client.newShow(organizer, client.newVenue(organizer, 2, 10, 10), Map.of());
        String first = client.hold(buyer, show, 1);
        assertThat(client.booking(buyer, first).at("/status")).isEqualTo("RESERVED");
        assertBuiltAnew(show);

        try (Watcher watcher = Watcher.of(client, show)) {
            await().until(() -> !watcher.frames().isEmpty());
            Objects.requireNonNull(follower).kill();
            // It may take longer than the answer waits, but the seat is the buyer's, and told at once.
            client.book(buyer, show, show.tickets(7));
            await().atMost(Duration.ofSeconds(5)).until(() -> watcher.storyOf(7).contains(1));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> client.statusOf(show, 7).equals("HELD"));
        }
        assertThat(client.booking(buyer, client.hold(buyer, show, 8)).at("/status"))
                .isEqualTo("RESERVED");
    }

    /** Asked for at the edge, carried out by whoever fills the read models, and known at the edge again. */
    private static void assertBuiltAnew(Show show) {
        JdbcClient jdbc = JdbcClient.create(Objects.requireNonNull(postgres).getPostgresDatabase());
        Person analyst = client.newPerson("ANALYST");
        assertThat(client.get("/v1/projections", analyst).expect(200).json().path("projections"))
                .hasSize(Dump.TABLES.size());
        String truth = client.counts(show);
        jdbc.sql("UPDATE view.section SET sold = 7 WHERE show_id = ?")
                .param(show.id())
                .update();
        new ReadModelReplays(client, jdbc, analyst).replay("seat-view", Map.of());
        await().untilAsserted(() -> assertThat(client.counts(show)).isEqualTo(truth));
    }

    @Test
    void where_an_axon_server_keeps_the_events_no_program_does_without_it() {
        EmbeddedPostgres database = Objects.requireNonNull(postgres);
        JdbcClient jdbc = JdbcClient.create(database.getPostgresDatabase());
        jdbc.sql("UPDATE store.event_head SET kept_by = 'axon-server'").update();
        try {
            assertThatThrownBy(() -> run(settings(database, "projection")).close())
                    .hasRootCauseInstanceOf(StartRefused.class)
                    .rootCause()
                    .hasMessageStartingWith("The events of this database are kept by an Axon Server:");
        } finally {
            jdbc.sql("UPDATE store.event_head SET kept_by = 'postgres'").update();
        }
    }

    @Test
    void a_restored_backup_has_every_row_of_every_read_model() throws Exception {
        EmbeddedPostgres database = Objects.requireNonNull(postgres);
        Person organizer = client.newPerson("ORGANIZER");
        Person buyer = client.newBuyer();
        Show show = client.newShow(organizer, client.newVenue(organizer, 2, 10, 10), Map.of());
        client.pay(buyer, client.hold(buyer, show, 3), "pm_card_visa").expect(200);

        Path backup = temporary.resolve("backup");
        baseBackup(database, temporary.resolve("postgres"), backup);
        String later = client.hold(buyer, show, 5);
        assertThat(client.booking(buyer, later).at("/status")).isEqualTo("RESERVED");
        // What is shipped is known only if nothing has changed meanwhile, as a read model does that says how far it is.
        Map<String, String> before = await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            Map<String, String> found = contents(database);
                            ship(database);
                            return found.equals(contents(database)) ? found : Map.<String, String>of();
                        },
                        found -> !found.isEmpty());

        Path restored = temporary.resolve("restored");
        script("deploy/backup/postgres-restore", backup, restored, temporary.resolve("log"));
        try (EmbeddedPostgres again = EmbeddedPostgres.builder()
                .setDataDirectory(restored)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60))
                .start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !inRecovery(again));
            Map<String, String> after = contents(again);
            assertThat(after)
                    .isEqualTo(before)
                    .containsKeys("view.show", "view.seat", "view.booking", "store.domain_event");
            assertThat(JdbcClient.create(again.getPostgresDatabase())
                            .sql("SELECT count(*) FROM store.domain_event WHERE aggregate_identifier = ?")
                            .param(later)
                            .query(Long.class)
                            .single())
                    .as("what came after the base backup")
                    .isEqualTo(1);
        }
    }

    private static boolean inRecovery(EmbeddedPostgres server) {
        return JdbcClient.create(server.getPostgresDatabase())
                .sql("SELECT pg_is_in_recovery()")
                .query(Boolean.class)
                .single();
    }

    /** What pg_basebackup does, in the words of SQL; its program does not come with the embedded server. */
    private static void baseBackup(EmbeddedPostgres database, Path data, Path backup) throws Exception {
        try (Connection c = database.getPostgresDatabase().getConnection();
                Statement statement = c.createStatement()) {
            statement.execute("SELECT pg_backup_start('test', true)");
            copy(data, backup);
            try (ResultSet stopped = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(true)")) {
                stopped.next();
                Files.writeString(backup.resolve("backup_label"), stopped.getString(1));
            }
        }
    }

    private static void copy(Path data, Path backup) throws IOException {
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(backup.resolve(data.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path relative = data.relativize(file);
                if (!relative.startsWith("pg_wal") && !relative.startsWith("postmaster.pid")) {
                    try {
                        Files.copy(file, backup.resolve(relative));
                    } catch (NoSuchFileException goneMeanwhile) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }

    /** Has the log that is being written archived. */
    private static void ship(EmbeddedPostgres database) {
        JdbcClient jdbc = JdbcClient.create(database.getPostgresDatabase());
        // An empty segment would not be switched.
        jdbc.sql("SELECT pg_create_restore_point('shipped')::text")
                .query(String.class)
                .single();
        String segment = jdbc.sql("SELECT pg_walfile_name(pg_current_wal_lsn())")
                .query(String.class)
                .single();
        jdbc.sql("SELECT pg_switch_wal()::text").query(String.class).single();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(temporary.resolve("log").resolve(segment)));
    }

    private static void script(String name, Path... arguments) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of(
                                "bash",
                                Path.of("..").resolve(name).toAbsolutePath().toString()),
                        Stream.of(arguments).map(Path::toString))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    /** A sum over every row of every table, whatever their order; without who has claimed a read model until when, which changes all the time. */
    private static Map<String, String> contents(EmbeddedPostgres database) {
        Map<String, String> contents = new TreeMap<>();
        JdbcClient jdbc = JdbcClient.create(database.getPostgresDatabase());
        List<String> tables = jdbc.sql("""
                        SELECT schemaname || '.' || tablename FROM pg_tables
                        WHERE schemaname IN ('store', 'view', 'account')
                        """).query(String.class).list();
        for (String table : tables) {
            String row = table.equals("store.token") ? "(processor_name, segment, token)" : "t";
            contents.put(
                    table,
                    jdbc.sql("SELECT count(*) || ' ' || coalesce(md5(string_agg(" + row + "::text, ' ' ORDER BY " + row
                                    + "::text)), '') FROM " + table + " AS t")
                            .query(String.class)
                            .single());
        }
        return contents;
    }
}
