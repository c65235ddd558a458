package ticketing.api.role;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;
import ticketing.api.start.StartRefused;

/** Reads {@code ticketing.roles} and says which roles can be alone. */
public final class NodeRoles {

    /** While events are moved, no role is at work. */
    private static final String MOVE = "ticketing.move";

    /** The setting: names of roles, separated by commas, in any case. */
    public static final String SETTING = "ticketing.roles";

    private NodeRoles() {}

    /**
     * The roles of this process; all of them where nothing is said.
     *
     * @throws StartRefused if there is no such role, or if nobody could reach these
     */
    public static Set<NodeRole> of(Environment environment) {
        if (environment.containsProperty(MOVE)) {
            return Collections.unmodifiableSet(EnumSet.noneOf(NodeRole.class));
        }
        String given = environment.getProperty(SETTING, "");
        if (given.isBlank()) {
            return EnumSet.allOf(NodeRole.class);
        }
        Set<NodeRole> roles = EnumSet.noneOf(NodeRole.class);
        for (String name : given.split(",", -1)) {
            try {
                roles.add(NodeRole.valueOf(name.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new StartRefused(
                        "TICKETING_ROLES names " + name.strip() + ", but the roles are " + all() + ".", e);
            }
        }
        check(roles, environment.getProperty("axon.axonserver.enabled", Boolean.class, false));
        return Collections.unmodifiableSet(roles);
    }

    /** Without an Axon Server, commands and questions do not leave the process; events do, through the database. */
    private static void check(Set<NodeRole> roles, boolean axonServer) {
        Set<NodeRole> talking = EnumSet.of(NodeRole.COMMAND, NodeRole.QUERY, NodeRole.EDGE);
        boolean some = roles.stream().anyMatch(talking::contains);
        if (!axonServer && some && !roles.containsAll(talking)) {
            throw new StartRefused(
                    "TICKETING_ROLES separates command, query and edge, which needs an Axon Server between them:"
                            + " start with SPRING_PROFILES_ACTIVE=axon-server and AXON_SERVER=host, or leave the three together.");
        }
    }

    private static String all() {
        return EnumSet.allOf(NodeRole.class).stream()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
