package ticketing.projections.seatfeed;

/**
 * One message to the watchers of a show, encoded once for all of them.
 *
 * @param epoch names the event store
 * @param seq the global position of the last event that the watcher has seen after this frame
 * @param json the message of the HTTP contract
 */
public record SeatFrame(Kind kind, String epoch, long seq, String json) {

    /** Whether a frame tells everything or only what changed. */
    public enum Kind {
        SNAPSHOT("snapshot"),
        DELTA("delta");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The message's type in the HTTP contract. */
        public String word() {
            return word;
        }
    }

    static SeatFrame snapshot(Availability seats) {
        String json = "{\"type\":\"snapshot\",\"epoch\":\"" + seats.epoch() + "\",\"seq\":" + seats.seq()
                + ",\"seatCount\":" + seats.seatCount() + ",\"statuses\":\"" + seats.statuses() + "\"}";
        return new SeatFrame(Kind.SNAPSHOT, seats.epoch(), seats.seq(), json);
    }

    static SeatFrame delta(String epoch, SeatDelta delta) {
        StringBuilder json = new StringBuilder(64 + 12 * delta.changes().size());
        json.append("{\"type\":\"delta\",\"prevSeq\":")
                .append(delta.prevSeq())
                .append(",\"seq\":")
                .append(delta.seq())
                .append(",\"changes\":[");
        String separator = "[";
        for (var change : delta.changes().entrySet()) {
            json.append(separator)
                    .append(change.getKey().intValue())
                    .append(',')
                    .append(change.getValue().code())
                    .append(']');
            separator = ",[";
        }
        return new SeatFrame(Kind.DELTA, epoch, delta.seq(), json.append("]}").toString());
    }
}
