/** The demo season and its accounts, for somebody who has just started the program. */
@NullMarked
package ticketing.api.demo;

import org.jspecify.annotations.NullMarked;
