/** The OpenAPI document and its page. */
@NullMarked
package ticketing.api.openapi;

import org.jspecify.annotations.NullMarked;
