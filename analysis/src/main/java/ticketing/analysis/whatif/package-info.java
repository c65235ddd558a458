/** A sale that was, once more under other rules: the recorded demand, the aggregates' own decisions and a clock that only the recording moves. */
@NullMarked
package ticketing.analysis.whatif;

import org.jspecify.annotations.NullMarked;
