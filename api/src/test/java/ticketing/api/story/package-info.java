/** The whole program over real HTTP on its real embedded PostgreSQL, as buyers and organizers meet it. */
@NullMarked
package ticketing.api.story;

import org.jspecify.annotations.NullMarked;
