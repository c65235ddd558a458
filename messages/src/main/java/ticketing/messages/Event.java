package ticketing.messages;

/**
 * Something that happened and is never changed. It is stored under its {@link StoredAs} name, so that classes can move without touching history.
 */
public interface Event {}
