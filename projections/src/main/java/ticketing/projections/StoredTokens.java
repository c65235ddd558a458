package ticketing.projections;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the tokens that Axon's JDBC token store has written, without claiming them. */
public final class StoredTokens {

    private final JdbcClient jdbc;
    private final Serializer serializer;
    private final String select;

    /**
     * @param schema the table and columns of the token store
     * @param serializer the token store's, with tokens kept as bytes
     */
    public StoredTokens(JdbcClient jdbc, TokenSchema schema, Serializer serializer) {
        this.jdbc = jdbc;
        this.serializer = serializer;
        this.select = "SELECT %s, %s, %s FROM %s WHERE %s = ANY (?) ORDER BY %s"
                .formatted(
                        schema.tokenColumn(),
                        schema.tokenTypeColumn(),
                        schema.processorNameColumn(),
                        schema.tokenTable(),
                        schema.processorNameColumn(),
                        schema.segmentColumn());
    }

    /** The position of this processor's token; 0 if it has none yet. */
    public long position(String processorName) {
        return positions(List.of(processorName)).getOrDefault(processorName, 0L);
    }

    /** The positions of these processors' tokens, read with one query; without those that have none yet. */
    public Map<String, Long> positions(Collection<String> processorNames) {
        Map<String, Long> positions = new HashMap<>();
        jdbc.sql(select).param(processorNames.toArray(String[]::new)).query(row -> {
            byte[] token = row.getBytes(1);
            if (token != null) {
                positions.putIfAbsent(row.getString(3), position(token, row.getString(2)));
            }
        });
        return positions;
    }

    private long position(byte[] token, String type) {
        TrackingToken read = serializer.deserialize(new SimpleSerializedObject<>(token, byte[].class, type, null));
        return read.position().orElse(0);
    }
}
