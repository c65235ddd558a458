package ticketing.projections.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import ticketing.messages.Money;
import ticketing.messages.UserId;
import ticketing.messages.show.ShowId;

/** How a show sold over time, counted from its history. */
@Component
public final class Sales {

    private final ShowHistory history;
    private final JdbcClient jdbc;

    Sales(JdbcTemplate jdbc) {
        this.history = new ShowHistory(jdbc);
        this.jdbc = JdbcClient.create(jdbc);
    }

    /** How long a bucket is. */
    public enum Width {
        SECOND(ChronoUnit.SECONDS),
        MINUTE(ChronoUnit.MINUTES),
        HOUR(ChronoUnit.HOURS),
        DAY(ChronoUnit.DAYS);

        private final ChronoUnit unit;

        Width(ChronoUnit unit) {
            this.unit = unit;
        }
    }

    /**
     * What happened to the tickets of a show within some time; each counts a ticket.
     *
     * @param at the beginning, in UTC
     * @param revenue prices of the confirmed tickets without those of the refunded; absent if nothing was sold or refunded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Bucket(
            Instant at,
            long reserved,
            long confirmed,
            long expired,
            long released,
            long refunded,
            @Nullable Revenue revenue) {}

    /** As {@link Money}, and negative where more was refunded than sold. */
    public record Revenue(String amount, String currency) {}

    private record Section(
            int firstSeat,
            int seats,
            @Nullable BigDecimal amount,
            @Nullable String currency) {}

    /** Whether this show belongs to this organizer. */
    public boolean isOf(UserId organizer, ShowId showId) {
        return jdbc.sql("SELECT count(*) FROM view.show WHERE show_id = ? AND organizer_id = ?")
                        .params(showId.value(), organizer.value())
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** Buckets in which anything happened, the first one first. */
    public List<Bucket> of(ShowId showId, Width width) {
        List<Section> sections = jdbc.sql("""
                        SELECT first_seat, seats, amount, currency FROM view.section WHERE show_id = ? ORDER BY first_seat
                        """)
                .param(showId.value())
                .query((row, _) -> new Section(row.getInt(1), row.getInt(2), row.getBigDecimal(3), row.getString(4)))
                .list();
        Map<Instant, Counts> buckets = new TreeMap<>();
        history.after(showId, 0, Integer.MAX_VALUE, entry -> {
            if (entry.what().isOfTicket() && entry.what() != Happening.TICKET_RETIMED) {
                buckets.computeIfAbsent(entry.at().truncatedTo(width.unit), _ -> new Counts())
                        .add(entry.what(), sectionOf(sections, entry.seat()));
            }
            return false;
        });
        return buckets.entrySet().stream()
                .map(bucket -> bucket.getValue().bucket(bucket.getKey()))
                .toList();
    }

    private static @Nullable Section sectionOf(List<Section> sections, int seat) {
        for (Section section : sections) {
            if (seat >= section.firstSeat && seat < section.firstSeat + section.seats) {
                return section;
            }
        }
        return null;
    }

    private static final class Counts {
        private long reserved;
        private long confirmed;
        private long expired;
        private long released;
        private long refunded;
        private BigDecimal earned = BigDecimal.ZERO;
        private @Nullable String currency;

        void add(Happening what, @Nullable Section section) {
            switch (what) {
                case TICKET_RESERVED -> reserved++;
                case TICKET_CONFIRMED -> {
                    confirmed++;
                    earn(section, 1);
                }
                case TICKET_EXPIRED -> expired++;
                case TICKET_RELEASED -> released++;
                case TICKET_REFUNDED -> {
                    refunded++;
                    earn(section, -1);
                }
                default -> throw new IllegalArgumentException("not counted: " + what);
            }
        }

        private void earn(@Nullable Section section, int sign) {
            if (section != null && section.amount != null && section.currency != null) {
                earned = earned.add(section.amount.multiply(BigDecimal.valueOf(sign)));
                currency = section.currency;
            }
        }

        Bucket bucket(Instant at) {
            return new Bucket(
                    at,
                    reserved,
                    confirmed,
                    expired,
                    released,
                    refunded,
                    currency == null ? null : new Revenue(earned.toPlainString(), currency));
        }
    }
}
