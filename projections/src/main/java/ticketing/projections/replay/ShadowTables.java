package ticketing.projections.replay;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The new tables of a read model while they are being filled: alike in columns, indexes and constraints, under the same names in a schema of their own. All
 * methods work in the transaction that is open.
 */
final class ShadowTables {

    private final JdbcTemplate jdbc;
    private final List<String> names;
    private final String schema;
    private final Tables tables;

    ShadowTables(JdbcTemplate jdbc, Replayable model) {
        this.jdbc = jdbc;
        this.names = model.tables();
        this.schema = "replay_" + model.group().replace('-', '_');
        this.tables = new Tables(jdbc, schema);
    }

    Tables tables() {
        return tables;
    }

    /** What the present tables look like, as far as copies of them have to be the same. */
    String shape() {
        return Objects.requireNonNull(jdbc.queryForObject("""
                SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
                    SELECT c.relname || a.attname || format_type(a.atttypid, a.atttypmod) || a.attnotnull || a.attgenerated::text AS line
                    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.relnamespace = 'view'::regnamespace AND c.relname = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
                    UNION ALL
                    SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                    WHERE c.relnamespace = 'view'::regnamespace AND c.relname = ANY (?)) AS shape
                """, String.class, array(), array()));
    }

    /** Makes them anew, empty. */
    void create() {
        drop();
        jdbc.execute("CREATE SCHEMA " + schema);
        for (String name : names) {
            jdbc.execute(
                    "CREATE TABLE %s.%s (LIKE view.%s INCLUDING ALL EXCLUDING INDEXES)".formatted(schema, name, name));
            // LIKE leaves out how full a page is to be, and would name the indexes its own way.
            List<String> options = jdbc.queryForList(
                    "SELECT unnest(reloptions) FROM pg_class WHERE oid = ('view.' || ?)::regclass", String.class, name);
            if (!options.isEmpty()) {
                jdbc.execute("ALTER TABLE %s.%s SET (%s)".formatted(schema, name, String.join(", ", options)));
            }
            jdbc.queryForList("""
                            SELECT format('ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
                            WHERE conrelid = ('view.' || ?)::regclass AND contype IN ('p', 'u')
                            """, String.class, name)
                    .forEach(constraint -> jdbc.execute("ALTER TABLE %s.%s %s".formatted(schema, name, constraint)));
            jdbc.queryForList("""
                            SELECT pg_get_indexdef(indexrelid) FROM pg_index
                            WHERE indrelid = ('view.' || ?)::regclass
                              AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
                            """, String.class, name)
                    .forEach(index ->
                            jdbc.execute(index.replace(" ON view." + name + " ", " ON " + schema + "." + name + " ")));
        }
    }

    /** Fills them with what the present ones have, in the snapshot of the transaction. */
    void copy() {
        for (String name : names) {
            String columns = jdbc.queryForObject("""
                    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                    WHERE attrelid = ('view.' || ?)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                    """, String.class, name);
            jdbc.execute(
                    "INSERT INTO %s.%s (%s) SELECT %s FROM view.%s".formatted(schema, name, columns, columns, name));
        }
    }

    /** Lets rows forget that they have seen events from this position on. */
    void forget(long from) {
        for (String name : names) {
            Boolean counts = jdbc.queryForObject("""
                    SELECT EXISTS (SELECT 1 FROM pg_attribute
                                   WHERE attrelid = ('view.' || ?)::regclass AND attname = 'position' AND NOT attisdropped)
                    """, Boolean.class, name);
            if (Boolean.TRUE.equals(counts)) {
                jdbc.update(
                        "UPDATE %s.%s SET position = ? WHERE position >= ?".formatted(schema, name), from - 1, from);
            }
        }
    }

    /** Lets the database see how large they have become. */
    void analyze() {
        names.forEach(name -> jdbc.execute("ANALYZE " + schema + "." + name));
    }

    /**
     * Waits until nobody uses the present tables or these, and keeps everybody from them until the transaction ends.
     *
     * @throws org.springframework.dao.DataAccessException with SQLSTATE 55P03 if that takes longer than this
     */
    void lock(long millis) {
        jdbc.execute("SET LOCAL lock_timeout = " + millis);
        jdbc.execute("LOCK TABLE "
                + names.stream()
                        .map(name -> "view." + name + ", " + schema + "." + name)
                        .collect(Collectors.joining(", "))
                + " IN ACCESS EXCLUSIVE MODE");
    }

    /** Puts them in the place of the present ones, which are gone then. Whoever may do what with the old tables may do it with the new ones. */
    void swap() {
        for (String name : names) {
            List<String> grants = jdbc.queryForList("""
                    SELECT format('GRANT %s ON view.%I TO %s', a.privilege_type, c.relname,
                                  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
                    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
                    WHERE c.oid = ('view.' || ?)::regclass AND a.grantee <> c.relowner
                    """, String.class, name);
            jdbc.execute("DROP TABLE view." + name);
            jdbc.execute("ALTER TABLE %s.%s SET SCHEMA view".formatted(schema, name));
            grants.forEach(jdbc::execute);
        }
        drop();
    }

    /** Throws them away, if there are any. */
    void drop() {
        jdbc.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }

    private Object array() {
        return names.toArray(String[]::new);
    }
}
