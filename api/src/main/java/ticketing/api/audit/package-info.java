/** The auditor at work beside the program: what it finds becomes health, metrics and an alarm in the log. */
@NullMarked
package ticketing.api.audit;

import org.jspecify.annotations.NullMarked;
