/** Deliberate mistakes, by which the architecture rules are seen to fail. */
@org.jspecify.annotations.NullMarked
package ticketing.wrong.api.history;
