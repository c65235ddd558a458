/** What the program counts and measures of itself, for Prometheus. */
@NullMarked
package ticketing.api.metrics;

import org.jspecify.annotations.NullMarked;
