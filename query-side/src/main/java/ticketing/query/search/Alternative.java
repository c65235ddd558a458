package ticketing.query.search;

/**
 * A word of the index, or a known beginning of one, that somebody may have meant who typed another.
 *
 * @param likeness 1 for the same word, less with every error in it
 */
record Alternative(String word, float likeness) {}
