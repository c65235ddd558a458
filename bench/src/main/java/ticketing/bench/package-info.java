/** Load tests: what one machine does with the whole program on it. Run from the root, never shipped; see {@link ticketing.bench.Bench}. */
@NullMarked
package ticketing.bench;

import org.jspecify.annotations.NullMarked;
