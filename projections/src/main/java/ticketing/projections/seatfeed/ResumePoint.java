package ticketing.projections.seatfeed;

/**
 * What a watcher has seen before.
 *
 * @param epoch the event store it was told of
 * @param seq the sequence number of its last frame
 */
public record ResumePoint(String epoch, long seq) {}
