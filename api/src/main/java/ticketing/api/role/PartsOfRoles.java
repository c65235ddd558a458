package ticketing.api.role;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** Keeps the parts of other roles from being made. What no line here names belongs to every process: the store's ends, the data source, the start. */
final class PartsOfRoles extends TypeExcludeFilter {

    /** Beginnings of class names and who needs them; the longest that fits counts. */
    private static final Map<String, Set<NodeRole>> PARTS = new LinkedHashMap<>();

    private static final Set<NodeRole> EVERYBODY = EnumSet.allOf(NodeRole.class);

    static {
        for (String feature : new String[] {"booking", "deadline", "payment", "performer", "show", "ticket", "venue"}) {
            needs("ticketing.command." + feature + ".", EnumSet.of(NodeRole.COMMAND));
        }
        needs("ticketing.command.AggregateRepositories", EnumSet.of(NodeRole.COMMAND));
        needs("ticketing.command.DeadlineConfiguration", EnumSet.of(NodeRole.COMMAND));
        needs("ticketing.query.", EnumSet.of(NodeRole.QUERY));
        needs("ticketing.projections.", EnumSet.of(NodeRole.PROJECTION));
        needs("ticketing.projections.seatfeed.", EnumSet.of(NodeRole.EDGE));
        needs("ticketing.projections.feed.", EnumSet.of(NodeRole.EDGE));
        // Asked for by the one, carried out by the other.
        needs("ticketing.projections.replay.", EnumSet.of(NodeRole.EDGE, NodeRole.PROJECTION));
        // What looks back is read by the edge; only History itself follows the events.
        needs("ticketing.projections.history.", EnumSet.of(NodeRole.EDGE));
        needs("ticketing.projections.history.History", EnumSet.of(NodeRole.PROJECTION));
        needs("ticketing.api.", EnumSet.of(NodeRole.EDGE));
        // The index is filled by the one and asked by the other.
        needs("ticketing.api.search.", EnumSet.of(NodeRole.QUERY, NodeRole.PROJECTION));
        needs("ticketing.api.embedded.EmbeddedSearch", EnumSet.of(NodeRole.QUERY, NodeRole.PROJECTION));
        needs("ticketing.api.audit.", EnumSet.of(NodeRole.PROJECTION));
        needs("ticketing.api.metrics.", EnumSet.of(NodeRole.COMMAND));
        needs("ticketing.api.metrics.ProjectionMeters", EnumSet.of(NodeRole.COMMAND, NodeRole.PROJECTION));
        needs("ticketing.api.SearchIndexing", EnumSet.of(NodeRole.PROJECTION));
        for (String part : new String[] {
            "AxonServerNode",
            "MovingEvents",
            "ReadModels",
            "ReadModelHealth",
            "SeveralNodes",
            "StoreCheck",
            "StoreHealth",
            "embedded.",
            "node.",
            "role.",
            "start.",
            "tracing.",
            "TicketingApplication"
        }) {
            needs("ticketing.api." + part, EVERYBODY);
        }
    }

    private final Set<NodeRole> roles;

    PartsOfRoles(Set<NodeRole> roles) {
        this.roles = Set.copyOf(roles);
    }

    private static void needs(String beginning, Set<NodeRole> roles) {
        PARTS.put(beginning, roles);
    }

    static Set<NodeRole> neededBy(String className) {
        String best = "";
        Set<NodeRole> needed = EVERYBODY;
        for (Map.Entry<String, Set<NodeRole>> part : PARTS.entrySet()) {
            if (className.startsWith(part.getKey()) && part.getKey().length() > best.length()) {
                best = part.getKey();
                needed = part.getValue();
            }
        }
        return needed;
    }

    @Override
    public boolean match(MetadataReader read, MetadataReaderFactory factory) {
        return neededBy(read.getClassMetadata().getClassName()).stream().noneMatch(roles::contains);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PartsOfRoles parts && parts.roles.equals(roles);
    }

    @Override
    public int hashCode() {
        return Objects.hash(roles);
    }
}
