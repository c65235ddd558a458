package ticketing.api.account;

import java.util.Map;
import ticketing.messages.UserId;

/** A part of everything that is held about a person. All beans of this kind together make the export that the person can ask for. */
public interface PersonalData {

    /** Members of the exported document, by name; names must not collide with another part's. Values are written as JSON. */
    Map<String, Object> of(UserId user);
}
