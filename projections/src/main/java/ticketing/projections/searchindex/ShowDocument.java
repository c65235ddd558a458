package ticketing.projections.searchindex;

/**
 * A show as the index has it.
 *
 * @param json the document
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ShowDocument(String showId, byte[] json) {}
