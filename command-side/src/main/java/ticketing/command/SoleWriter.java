package ticketing.command;

/** @param sole whether no other process writes to the event store, so that aggregates may be kept between commands */
public record SoleWriter(boolean sole) {}
