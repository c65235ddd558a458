/** The index against a real Elasticsearch, which only the module that starts one has. */
@NullMarked
package ticketing.projections.searchindex;

import org.jspecify.annotations.NullMarked;
