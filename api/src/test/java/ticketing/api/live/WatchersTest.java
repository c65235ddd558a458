package ticketing.api.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.messages.UserId;

class WatchersTest {

    private final Watchers watchers = new Watchers(10, 2, 3);

    private static Watchers.Who at(String address) {
        return Watchers.Who.of(address, null);
    }

    private static void assertRefused(ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(code));
    }

    @Test
    void a_household_with_many_ipv6_addresses_gets_no_more_places_than_one_with_an_address() {
        watchers.start();
        Watchers.Entry first = watchers.enter(at("2001:db8:0:1:0:0:0:1"), () -> {});
        watchers.enter(at("2001:db8:0:1:0:0:0:2"), () -> {});
        assertRefused(ProblemCode.RATE_LIMITED, () -> watchers.check(at("2001:db8:0:1:0:0:0:3")));
        assertRefused(ProblemCode.RATE_LIMITED, () -> watchers.enter(at("2001:db8:0:1::4"), () -> {}));
        watchers.check(at("2001:db8:0:2::1"));
        first.close();
        watchers.check(at("2001:db8:0:1:0:0:0:3"));
        assertThat(watchers.count()).isEqualTo(1);
    }

    @Test
    void ipv4_addresses_are_counted_one_by_one() {
        watchers.start();
        watchers.enter(at("192.0.2.1"), () -> {});
        watchers.enter(at("192.0.2.1"), () -> {});
        assertRefused(ProblemCode.RATE_LIMITED, () -> watchers.check(at("192.0.2.1")));
        watchers.check(at("192.0.2.2"));
    }

    @Test
    void one_user_gets_only_so_many_places_from_wherever() {
        watchers.start();
        UserId anna = new UserId("anna");
        Watchers.Entry first = watchers.enter(Watchers.Who.of("192.0.2.1", anna), () -> {});
        watchers.enter(Watchers.Who.of("192.0.2.2", anna), () -> {});
        watchers.enter(Watchers.Who.of("192.0.2.3", anna), () -> {});
        assertRefused(ProblemCode.RATE_LIMITED, () -> watchers.check(Watchers.Who.of("192.0.2.4", anna)));
        watchers.check(Watchers.Who.of("192.0.2.4", new UserId("ben")));
        watchers.check(at("192.0.2.4"));
        first.close();
        watchers.check(Watchers.Who.of("192.0.2.4", anna));
    }

    @Test
    void watchers_leave_the_web_server_connections_for_those_who_book() throws IOException {
        Object connections = new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .getFirst()
                .getProperty("server.tomcat.max-connections");
        LiveSettings settings =
                new Binder(new MapConfigurationPropertySource()).bindOrCreate("ticketing.live", LiveSettings.class);
        assertThat(settings.connections()).isLessThanOrEqualTo(Integer.parseInt(String.valueOf(connections)) * 3 / 4);
    }
}
