package ticketing.api.show;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import ticketing.api.Cacheable;
import ticketing.api.Dispatch;
import ticketing.api.ReadPosition;
import ticketing.api.prepared.Kept;
import ticketing.api.prepared.Prepared;
import ticketing.api.prepared.PreparedAnswers;
import ticketing.messages.show.ShowId;
import ticketing.messages.show.ShowOf;
import ticketing.messages.show.ShowOf.Show;
import tools.jackson.databind.json.JsonMapper;

/** Published shows as strangers see them, as they are sent. One is good until a read model that it was made from has gone on, for
 * whatever show, or was built anew. */
@Component
final class PreparedShows implements PreparedAnswers {

    private static final String CATALOGUE = "catalogue";
    private static final String SEATS = "seat-view";

    /** Where the read models stand that a show is made from. */
    private record Positions(long catalogue, long seats, long replays) {}

    private final Dispatch dispatch;
    private final JsonMapper json;
    private final Kept<Positions> kept;

    PreparedShows(Dispatch dispatch, JsonMapper json, ReadPosition position) {
        this.dispatch = dispatch;
        this.json = json;
        this.kept = new Kept<>(() -> new Positions(position.of(CATALOGUE), position.of(SEATS), position.replays()));
    }

    @Override
    public String suffix() {
        return "";
    }

    @Override
    public @Nullable Prepared kept(ShowId showId) {
        return kept.known(showId, before -> make(showId, before));
    }

    /** @return null if strangers see no such show */
    @Nullable
    Prepared of(ShowId showId) {
        return kept.get(showId, before -> make(showId, before));
    }

    private @Nullable Prepared make(ShowId showId, @Nullable Prepared before) {
        Show show = dispatch.ask(ShowOf.published(showId), Show.class).orElse(null);
        if (show == null) {
            return null;
        }
        byte[] bytes = json.writeValueAsBytes(show);
        String tag = Cacheable.tagOf(bytes);
        return before != null && before.tag().equals(tag) ? before : Prepared.changing(bytes, tag);
    }
}
