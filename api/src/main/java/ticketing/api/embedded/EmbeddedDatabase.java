package ticketing.api.embedded;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import ticketing.api.start.Announcement;
import ticketing.api.start.TicketingSettings;

/** Starts a PostgreSQL inside the program unless {@code spring.datasource.url} names another; the connection pool is the same for both. */
@Configuration(proxyBeanMethods = false)
class EmbeddedDatabase {

    /** Present only with the embedded database. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(
            name = "spring.datasource.url",
            matchIfMissing = true,
            havingValue = "no other database is named")
    static class WithoutAnother {

        @Bean
        DataDirectory dataDirectory(TicketingSettings settings) {
            return DataDirectory.claim(settings.dataDir());
        }

        @Bean
        PostgresServer postgresServer(DataDirectory directory, TicketingSettings settings) {
            Path programs = settings.embedded().programDir();
            return PostgresServer.start(
                    directory, programs == null ? directory.path().resolve("programs") : programs.toAbsolutePath());
        }

        @Bean
        @Order(0)
        Announcement dataAnnouncement(DataDirectory directory) {
            return new Announcement() {
                @Override
                public String label() {
                    return "Data";
                }

                @Override
                public List<String> lines() {
                    return List.of(directory.path() + " (embedded PostgreSQL)");
                }
            };
        }

        @Bean
        JdbcConnectionDetails embeddedConnectionDetails(PostgresServer server) {
            return new JdbcConnectionDetails() {
                @Override
                public String getUsername() {
                    return server.user();
                }

                @Override
                public String getPassword() {
                    return server.password();
                }

                @Override
                public String getJdbcUrl() {
                    return server.jdbcUrl();
                }
            };
        }
    }

    /** Migrations get a connection of their own: the pool's limits on statements and locks are made for requests. */
    @Bean
    @ConditionalOnProperty(
            name = "spring.flyway.url",
            matchIfMissing = true,
            havingValue = "no other database is named")
    FlywayConnectionDetails migrationConnectionDetails(JdbcConnectionDetails database) {
        return new FlywayConnectionDetails() {
            @Override
            public @Nullable String getUsername() {
                return database.getUsername();
            }

            @Override
            public @Nullable String getPassword() {
                return database.getPassword();
            }

            @Override
            public String getJdbcUrl() {
                return database.getJdbcUrl();
            }
        };
    }
}
