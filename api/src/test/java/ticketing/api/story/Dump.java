package ticketing.api.story;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Every row of a read model's tables as text, and how the tables are made. */
final class Dump {

    /** By the names of the read models. */
    static final Map<String, List<String>> TABLES = new TreeMap<>(Map.of(
            "catalogue", List.of("venue", "seat_map", "performer", "show", "search", "search_word"),
            "seat-view", List.of("seat", "section"),
            "booking-view", List.of("booking", "booking_ticket"),
            "history", List.of("history", "history_show", "history_keyframe")));

    private Dump() {}

    static Map<String, List<String>> of(JdbcClient jdbc, String readModel) {
        Map<String, List<String>> dump = new TreeMap<>();
        for (String table : TABLES.getOrDefault(readModel, List.of())) {
            dump.put(
                    table,
                    jdbc.sql("SELECT t::text FROM view." + table + " t ORDER BY 1")
                            .query(String.class)
                            .list());
            dump.put(
                    table + " is made with",
                    jdbc.sql("""
                            SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ('view.' || :table)::regclass
                            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
                            WHERE conrelid = ('view.' || :table)::regclass
                            UNION ALL SELECT unnest(reloptions) FROM pg_class WHERE oid = ('view.' || :table)::regclass
                            UNION ALL SELECT attname || format_type(atttypid, atttypmod) || attnotnull || attgenerated::text || attstorage::text
                            FROM pg_attribute WHERE attrelid = ('view.' || :table)::regclass AND attnum > 0
                            ORDER BY 1
                            """).param("table", table).query(String.class).list());
        }
        return dump;
    }
}
