/** Finding shows: the questions, and the folding of text that writers and readers of a search index share. */
@NullMarked
package ticketing.messages.search;

import org.jspecify.annotations.NullMarked;
