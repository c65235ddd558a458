package ticketing.query.search;

/** Tells whether the search index may be asked: whoever keeps it knows whether it is whole and in step. */
@FunctionalInterface
public interface IndexFreshness {

    /** Whether what the index says can be told to buyers now; must be cheap. */
    boolean isCurrent();
}
