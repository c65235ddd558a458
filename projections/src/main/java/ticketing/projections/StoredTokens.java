package ticketing.projections;

import java.util.Optional;
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
        this.select = "SELECT %s, %s FROM %s WHERE %s = ? ORDER BY %s LIMIT 1"
                .formatted(
                        schema.tokenColumn(),
                        schema.tokenTypeColumn(),
                        schema.tokenTable(),
                        schema.processorNameColumn(),
                        schema.segmentColumn());
    }

    /** The position of this processor's token; 0 if it has none yet. */
    public long position(String processorName) {
        Optional<TrackingToken> token = jdbc.sql(select)
                .param(processorName)
                .query((row, n) -> Optional.<TrackingToken>ofNullable(
                        row.getBytes(1) == null
                                ? null
                                : serializer.deserialize(new SimpleSerializedObject<>(
                                        row.getBytes(1), byte[].class, row.getString(2), null))))
                .optional()
                .flatMap(found -> found);
        return token.map(found -> found.position().orElse(0)).orElse(0L);
    }
}
