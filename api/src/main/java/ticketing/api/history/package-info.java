/** What happened to a show, told to those who look back. */
@NullMarked
package ticketing.api.history;

import org.jspecify.annotations.NullMarked;
