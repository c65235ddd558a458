/** Answers from the read models. What every feature needs to read a row. */
@NullMarked
package ticketing.query;

import org.jspecify.annotations.NullMarked;
