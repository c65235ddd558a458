package ticketing.api.story;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Searches that nobody means and somebody sends. */
final class OddSearches {

    private OddSearches() {}

    /** Paths with their queries, encoded. */
    static List<String> paths() throws IOException {
        try (InputStream file = OddSearches.class.getResourceAsStream("odd-searches.txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
