/** The web pages: one document for all their addresses, and the modules, styles and pictures it is made of. */
@NullMarked
package ticketing.api.pages;

import org.jspecify.annotations.NullMarked;
