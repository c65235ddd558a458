package ticketing.api.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real archive, unpacked into a directory of its own. */
class ElasticsearchProgramTest {

    @TempDir
    Path programs;

    @Test
    void is_unpacked_once_without_what_is_never_used() throws Exception {
        Path home = unpacked();
        assertThat(home.resolve("lib/elasticsearch-" + ElasticsearchProgram.VERSION + ".jar"))
                .isNotEmptyFile();
        assertThat(home.resolve("modules")).isDirectoryContaining("glob:**/transport-netty4");
        assertThat(home.resolve("modules/x-pack-security")).doesNotExist();
        assertThat(home.resolve("bin")).doesNotExist();
        assertThat(size(home)).isLessThan(60_000_000);

        FileTime first = Files.getLastModifiedTime(home);
        assertThat(ElasticsearchProgram.unpackedIn(programs, programs.resolve("nothing.zip"))
                        .home())
                .as("without the archive, which is needed no more")
                .isEqualTo(home);
        assertThat(Files.getLastModifiedTime(home)).isEqualTo(first);
    }

    @Test
    void is_unpacked_again_if_that_was_not_finished_or_a_file_is_missing() throws Exception {
        // A killed unpacking leaves this.
        Path home = unpacked();
        Path unfinished = home.resolveSibling(home.getFileName() + ".unpacking");
        Files.move(home, unfinished);
        assertThat(unpacked()).isDirectory();
        assertThat(unfinished).doesNotExist();

        Path jar = home.resolve("lib/elasticsearch-" + ElasticsearchProgram.VERSION + ".jar");
        Files.delete(jar);
        assertThat(unpacked()).isEqualTo(home);
        assertThat(jar).isNotEmptyFile();
    }

    @Test
    void refuses_another_archive() throws Exception {
        Path wrong = Files.writeString(programs.resolve("elasticsearch.zip"), "something else");
        assertThatThrownBy(() -> ElasticsearchProgram.unpackedIn(programs, wrong))
                .isInstanceOf(ServerFailure.class)
                .hasMessage("The file " + wrong + " is not Elasticsearch " + ElasticsearchProgram.VERSION
                        + ", because its SHA-256 is f41f3fa625ff120ddca7ef456bf66371ecea23c129f4e4c32367101edb516cf8 and not "
                        + ElasticsearchProgram.SHA_256 + ": delete it and let ./mvnw fetch it again.");
        assertThat(programs).isDirectoryNotContaining(Files::isDirectory);
    }

    @Test
    void says_where_the_archive_is_expected() {
        Path missing = programs.resolve("missing.zip");
        assertThatThrownBy(() -> ElasticsearchProgram.unpackedIn(programs, missing))
                .isInstanceOf(ServerFailure.class)
                .hasMessageStartingWith("There is no " + missing + ": ./mvnw fetches it");
    }

    private Path unpacked() throws Exception {
        return ElasticsearchProgram.unpackedIn(programs, TestElasticsearch.ARCHIVE)
                .home();
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
