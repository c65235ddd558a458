/**
 * The search index in Elasticsearch: follows the event store, draws the shows that have changed from the read models, and writes them in bulk. Owns the
 * mapping.
 */
@NullMarked
package ticketing.projections.searchindex;

import org.jspecify.annotations.NullMarked;
