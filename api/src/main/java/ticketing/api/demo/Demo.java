package ticketing.api.demo;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import ticketing.api.embedded.PostgresServer;
import ticketing.api.start.Announcement;
import ticketing.api.start.TicketingSettings;
import ticketing.messages.UserId;

/**
 * Fills an empty store with the demo accounts before the program is ready and with the demo season right after. A store that somebody has already used is
 * left alone, unless its first content was this demo.
 */
@Component
@Order(2)
class Demo implements ApplicationRunner, Announcement, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

    private final boolean wanted;
    private final SeasonProgress progress;
    private final ObjectProvider<DemoAccounts> accounts;
    private final ObjectProvider<EventStore> eventStore;
    private final ObjectProvider<CommandGateway> gateway;

    private @Nullable UserId organizer;
    private @Nullable Thread loading;

    Demo(
            TicketingSettings settings,
            ObjectProvider<PostgresServer> embedded,
            SeasonProgress progress,
            ObjectProvider<DemoAccounts> accounts,
            ObjectProvider<EventStore> eventStore,
            ObjectProvider<CommandGateway> gateway) {
        Boolean asked = settings.demo();
        this.wanted = asked == null ? embedded.getIfAvailable() != null : asked;
        this.progress = progress;
        this.accounts = accounts;
        this.eventStore = eventStore;
        this.gateway = gateway;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        DemoAccounts maker = accounts.getIfAvailable();
        if (!wanted || maker == null) {
            return;
        }
        if (progress.read().isEmpty()) {
            if (!storeIsEmpty()) {
                LOG.info("The store is not empty, so no demo season is added to it.");
                return;
            }
            progress.begin(Clock.systemUTC().instant());
        }
        for (DemoPerson person : DemoPerson.values()) {
            UserId id = maker.ensure(person.email(), person.password(), person.fullName(), Set.of(person.role()));
            if (person == DemoPerson.ORGANIZER) {
                organizer = id;
            }
        }
    }

    @EventListener(ApplicationReadyEvent.class)
    void loadSeason() {
        UserId owner = organizer;
        CommandGateway sender = gateway.getIfAvailable();
        Optional<SeasonProgress.Begun> begun = owner == null ? Optional.empty() : progress.read();
        if (owner != null && sender != null && begun.isPresent()) {
            SeasonLoader loader = new SeasonLoader(sender, progress);
            loading = Thread.ofPlatform().name("demo-season").daemon().start(() -> loader.load(begun.get(), owner));
        }
    }

    @Override
    public String label() {
        return "Accounts";
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (organizer != null) {
            for (DemoPerson person : DemoPerson.values()) {
                lines.add("%-24s %-18s %s".formatted(person.email(), person.password(), person.role()));
            }
        }
        return lines;
    }

    /** Ends a load between two commands; the next start goes on with it. */
    @Override
    public void destroy() {
        Thread thread = loading;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private boolean storeIsEmpty() {
        EventStore store = eventStore.getIfAvailable();
        if (store == null) {
            return true;
        }
        TrackingToken first = store.createTailToken();
        TrackingToken last = store.createHeadToken();
        return Objects.equals(first, last);
    }
}
