package ticketing.projections.replay;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Where the tables of a read model are: in the schema {@code view}, or, while it is being built anew, in one of its own. Statements are written for {@code view}. */
public final class Tables {

    /** The schema that is read. */
    static final String PRESENT = "view";

    private static final Pattern QUALIFIER = Pattern.compile("\\bview\\.");

    private final JdbcTemplate template;
    private final JdbcClient jdbc;
    private final String schema;
    private final Map<String, String> moved = new ConcurrentHashMap<>();

    Tables(JdbcTemplate template, String schema) {
        this.template = template;
        this.jdbc = JdbcClient.create(template);
        this.schema = schema;
    }

    /** The tables that are read. */
    public static Tables present(JdbcTemplate template) {
        return new Tables(template, PRESENT);
    }

    /** @param statement a constant: what it becomes here is kept */
    public StatementSpec sql(String statement) {
        return jdbc.sql(here(statement));
    }

    /** For statements that are sent together. */
    public JdbcTemplate template() {
        return template;
    }

    /** This constant statement, for the tables here. */
    public String here(String statement) {
        return schema.equals(PRESENT)
                ? statement
                : moved.computeIfAbsent(statement, s -> QUALIFIER.matcher(s).replaceAll(schema + "."));
    }
}
