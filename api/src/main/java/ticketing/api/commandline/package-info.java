/** Commands for analysts and operators, beside a running program or without one. */
@NullMarked
package ticketing.api.commandline;

import org.jspecify.annotations.NullMarked;
