/** What can be found out about the pages without a browser. */
@NullMarked
package ticketing.api.pages;

import org.jspecify.annotations.NullMarked;
