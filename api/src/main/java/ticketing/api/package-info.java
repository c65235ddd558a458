/** The runnable program: assembles the sides and holds what every endpoint shares. */
@NullMarked
package ticketing.api;

import org.jspecify.annotations.NullMarked;
