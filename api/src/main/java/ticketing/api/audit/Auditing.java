package ticketing.api.audit;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import ticketing.auditor.Audit;
import ticketing.auditor.Fault;
import ticketing.auditor.FaultKind;

/**
 * Examines the whole store again and again, and in between whatever is new, on one thread that rests far longer than it works. A fault is no reason to stop
 * selling or to restart: health says FAULTY, which leaves the whole health and readiness as they are.
 */
@Component("auditHealthIndicator")
@ConditionalOnProperty(name = "ticketing.audit.enabled", matchIfMissing = true)
final class Auditing implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(Auditing.class);

    /** Unknown to Spring, so that it leaves the whole health as it is. */
    static final Status FAULTY = new Status("FAULTY", "The auditor has found what must not be");

    /** How long it sleeps at least, and how long where there is nothing to do. */
    private static final Duration SHORTEST_REST = Duration.ofMillis(5);

    private static final Duration IDLE = Duration.ofSeconds(1);

    /** More faults are counted, not told. */
    private static final int MOST_TOLD = 100;

    /** How many faults health names. */
    private static final int MOST_SHOWN = 20;

    private final Snapshots snapshots;
    private final AuditSettings settings;

    /** Found by the last complete examination and in what has happened since; absent before the first is complete. */
    private volatile @Nullable List<Fault> known;

    /** Found by the examination that is under way. */
    private volatile List<Fault> found = List.of();

    private volatile long position;
    private volatile long behind;
    private final AtomicLong rounds = new AtomicLong();
    private volatile boolean failing;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    Auditing(DataSource database, AuditSettings settings, MeterRegistry meters) {
        this.snapshots = new Snapshots(database);
        this.settings = settings;
        for (FaultKind kind : FaultKind.values()) {
            Gauge.builder("ticketing.audit.faults", () -> count(kind))
                    .tag("kind", kind.code())
                    .description("Faults of this kind that the auditor knows of; anything but 0 is an alarm")
                    .register(meters);
        }
        Gauge.builder("ticketing.audit.behind", () -> behind)
                .description("How many events the auditor has not read yet")
                .register(meters);
        Gauge.builder("ticketing.audit.rounds", rounds::get)
                .description("How often the whole store has been examined since the start")
                .register(meters);
    }

    private long count(FaultKind kind) {
        return faults().stream().filter(fault -> fault.kind() == kind).count();
    }

    /** Of the last complete examination and of the one under way. */
    private List<Fault> faults() {
        List<Fault> before = known;
        return Stream.concat(before == null ? Stream.empty() : before.stream(), found.stream())
                .collect(Collectors.toMap(Auditing::name, fault -> fault, (one, same) -> one, LinkedHashMap::new))
                .values()
                .stream()
                .toList();
    }

    private static String name(Fault fault) {
        return fault.kind() + " " + fault.subject();
    }

    // The work

    private void work() {
        Set<String> told = new HashSet<>();
        Audit follower = null;
        Audit round = new Audit();
        Pace pace = new Pace(settings, Auditing::processors, System::nanoTime);
        long nextRound = 0;
        while (!stopped) {
            long began = System.nanoTime();
            boolean idle = false;
            try {
                if (follower != null) {
                    // What is new comes first; an old store is examined for long.
                    idle = follow(follower, told);
                }
                if (round == null && began >= nextRound && idle) {
                    round = new Audit();
                }
                if (round != null) {
                    Snapshots.Outcome outcome = snapshots.step(round);
                    idle = outcome == Snapshots.Outcome.ANOTHER_AUDITOR;
                    found = round.faults();
                    tell(found, told);
                    if (outcome == Snapshots.Outcome.COMPLETE) {
                        known = found;
                        found = List.of();
                        seen(round);
                        rounds.incrementAndGet();
                        follower = round;
                        round = null;
                        nextRound = System.nanoTime() + settings.pause().toNanos();
                        retain(told);
                    } else if (follower == null) {
                        seen(round);
                    }
                }
                failing = false;
            } catch (SQLException | RuntimeException e) {
                if (!failing && !stopped) {
                    LOG.warn("The auditor cannot read the store, and tries again: {}", e.toString());
                }
                failing = true;
                idle = true;
            }
            rest(System.nanoTime() - began, pace.share(position + behind), idle);
        }
    }

    /** @return whether there was little to do */
    private boolean follow(Audit follower, Set<String> told) throws SQLException {
        long before = follower.position();
        Snapshots.Outcome outcome = snapshots.step(follower);
        if (outcome == Snapshots.Outcome.ANOTHER_AUDITOR) {
            return true;
        }
        seen(follower);
        List<Fault> faults = follower.faults();
        known = faults;
        tell(faults, told);
        return follower.position() == before || behind == 0;
    }

    private void seen(Audit audit) {
        position = audit.position();
        behind = audit.behind();
    }

    private static void tell(List<Fault> faults, Set<String> told) {
        for (Fault fault : faults) {
            if (told.size() < MOST_TOLD && told.add(name(fault))) {
                LOG.error("The auditor has found what must not be: {}", fault);
            }
        }
    }

    /** What has been mended is told again if it comes back. */
    private void retain(Set<String> told) {
        Set<String> still = faults().stream().map(Auditing::name).collect(Collectors.toSet());
        told.removeIf(name -> !still.contains(name));
    }

    private static void rest(long worked, double share, boolean idle) {
        long rest = (long) (worked / share) - worked;
        LockSupport.parkNanos(Math.max(rest, (idle ? IDLE : SHORTEST_REST).toNanos()));
    }

    private static double processors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
                ? machine.getCpuLoad()
                : -1;
    }

    // Its life

    @Override
    public void start() {
        stopped = false;
        thread = Thread.ofPlatform().name("auditor").daemon().start(this::work);
    }

    @Override
    public void stop() {
        stopped = true;
        Thread working = thread;
        thread = null;
        if (working != null) {
            working.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public Health health() {
        List<Fault> faults = faults();
        Health.Builder health = faults.isEmpty() ? Health.up() : Health.status(FAULTY);
        health.withDetail("state", failing ? "cannot read the store" : known == null ? "examining" : "following")
                .withDetail("position", position)
                .withDetail("behind", behind)
                .withDetail("rounds", rounds.get());
        if (!faults.isEmpty()) {
            health.withDetail("faults", faults.size())
                    .withDetail(
                            "found",
                            faults.stream()
                                    .limit(MOST_SHOWN)
                                    .map(Fault::toString)
                                    .toList());
        }
        return health.build();
    }
}
