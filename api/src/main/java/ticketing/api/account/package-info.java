/** Accounts: who may log in, as plain rows of PostgreSQL. Personal data lives here and nowhere else. */
@NullMarked
package ticketing.api.account;

import org.jspecify.annotations.NullMarked;
