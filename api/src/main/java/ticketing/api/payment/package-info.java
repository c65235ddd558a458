/** The buyer's side of the sandbox bank. */
@NullMarked
package ticketing.api.payment;

import org.jspecify.annotations.NullMarked;
