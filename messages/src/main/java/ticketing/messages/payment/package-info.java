/** Payments, in the words of an authorise-then-capture provider. */
@NullMarked
package ticketing.messages.payment;

import org.jspecify.annotations.NullMarked;
