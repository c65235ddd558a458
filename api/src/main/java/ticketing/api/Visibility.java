package ticketing.api;

/** Makes a writer's next read see what was written. */
public interface Visibility {

    /** Waits, for a bounded time, until these processing groups have seen everything that is committed now. */
    void awaitRead(String... processingGroups);
}
