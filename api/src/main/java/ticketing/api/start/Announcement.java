package ticketing.api.start;

import java.util.List;

/** Something that the person who started the program wants to read when it is ready. */
public interface Announcement {

    /** One or two words that stand before it. */
    String label();

    /** What is said, possibly nothing; asked once, when the program is ready. */
    List<String> lines();
}
