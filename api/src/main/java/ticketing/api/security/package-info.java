/** Who is calling and what they may do: access tokens and the rules of the contract. */
@NullMarked
package ticketing.api.security;

import org.jspecify.annotations.NullMarked;
