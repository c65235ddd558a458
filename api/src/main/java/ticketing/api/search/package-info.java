/** How the program reaches Elasticsearch, its own or another, and says whether it does. */
@NullMarked
package ticketing.api.search;

import org.jspecify.annotations.NullMarked;
