package ticketing.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ticketing.messages.Money;

/** Reads value types out of rows. */
public final class Rows {

    /** Rows may be newer than this program. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Rows() {}

    public static <T> T json(ResultSet row, String column, Class<T> type) throws SQLException {
        try {
            return JSON.readValue(row.getString(column), type);
        } catch (JsonProcessingException e) {
            throw new SQLException("column " + column + " is not JSON of " + type.getSimpleName(), e);
        }
    }

    public static <T> T json(ResultSet row, String column, TypeReference<T> type) throws SQLException {
        try {
            return JSON.readValue(row.getString(column), type);
        } catch (JsonProcessingException e) {
            throw new SQLException("column " + column + " is not JSON of " + type.getType(), e);
        }
    }

    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    public static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public static Money money(ResultSet row, String amount, String currency) throws SQLException {
        return new Money(row.getBigDecimal(amount), row.getString(currency));
    }

    /** The money, if there is an amount. */
    public static @Nullable Money moneyOrNull(ResultSet row, String amount, String currency) throws SQLException {
        BigDecimal value = row.getBigDecimal(amount);
        return value == null ? null : new Money(value, row.getString(currency));
    }

    public static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null
                ? List.of()
                : List.of(Arrays.copyOf(
                        (Object[]) array.getArray(), ((Object[]) array.getArray()).length, String[].class));
    }

    /** Where the edge serves an image. */
    public static @Nullable String imageUrl(@Nullable String imageId) {
        return imageId == null ? null : "/v1/images/" + imageId;
    }
}
