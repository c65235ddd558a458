/** What every feature's messages share: identifiers, money and refusals. */
@NullMarked
package ticketing.messages;

import org.jspecify.annotations.NullMarked;
