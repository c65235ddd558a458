package ticketing.analysis.export;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a directory of exported files holds, in its {@code export.json}; written anew after each part, whole or not at all, so that an export that was cut off goes
 * on behind its last part.
 *
 * @param epoch which store it is of
 * @param slice described in words: another slice is another export
 * @param position up to which event of the store everything of the slice is in the parts
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Manifest(int schemaVersion, String format, String epoch, String slice, long position, List<Part> parts) {

    static final String FILE = "export.json";
    static final String CHECKSUMS = "SHA256SUMS";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** A file with some of the rows. */
    record Part(String file, long rows, long firstPosition, long lastPosition, String sha256) {}

    /** @throws IllegalArgumentException if something else is in its place */
    static Optional<Manifest> in(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Manifest found = JSON.readValue(file.toFile(), Manifest.class);
            found.check();
            return Optional.of(found);
        } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
            throw new IllegalArgumentException(file + " is not what an export writes there.", e);
        }
    }

    /** An export may be a stranger's: its parts are files beside it and no others. */
    private void check() {
        Objects.requireNonNull(epoch);
        Objects.requireNonNull(slice);
        Format kind = kind();
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).file().equals(nameOfPart(i + 1, kind))) {
                throw new IllegalArgumentException("there is a part of another name");
            }
        }
    }

    Format kind() {
        return Format.named(format);
    }

    /** @param part from 1 */
    static String nameOfPart(int part, Format kind) {
        return String.format(Locale.ROOT, "events-%06d.%s", part, kind.suffix());
    }

    Manifest with(@Nullable Part part, long upTo) {
        List<Part> all = new ArrayList<>(parts);
        if (part != null) {
            all.add(part);
        }
        return new Manifest(schemaVersion, format, epoch, slice, upTo, List.copyOf(all));
    }

    /** The same before its first part. */
    Manifest begun() {
        return new Manifest(schemaVersion, format, epoch, slice, 0, List.of());
    }

    long rows() {
        return parts.stream().mapToLong(Part::rows).sum();
    }

    void writeTo(Path directory) throws IOException {
        write(directory, FILE, JSON.writeValueAsBytes(this));
        String sums = parts.stream()
                .map(part -> part.sha256() + "  " + part.file() + "\n")
                .collect(Collectors.joining());
        write(directory, CHECKSUMS, sums.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path directory, String name, byte[] content) throws IOException {
        Path unfinished = directory.resolve(name + ".unfinished");
        Files.write(unfinished, content);
        Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
