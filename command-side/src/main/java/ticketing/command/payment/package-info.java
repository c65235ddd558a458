/** Payments: the provider's port, the sandbox behind it, and the way from hold to sale. */
@NullMarked
package ticketing.command.payment;

import org.jspecify.annotations.NullMarked;
