package ticketing.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import ticketing.api.security.Caller;
import tools.jackson.databind.json.JsonMapper;

/** Answers that a cache may keep and ask back for. */
@Component
public final class Cacheable {

    private static final int TAG_BYTES = 12;

    /**
     * What a shared cache may do with an answer that is the same for all strangers and soon another one: keep it for a second, and go on giving it for two more
     * while it fetches the next, so that a rush never waits.
     */
    public static final String FOR_STRANGERS = "max-age=1, public, stale-while-revalidate=2";

    private static final String FOR_ONE = "no-cache, private";

    private final JsonMapper json;

    public Cacheable(JsonMapper json) {
        this.json = json;
    }

    /**
     * An answer that is the same for all who may have it, tagged by its content. A shared cache may give it to strangers for a moment, which is
     * what carries a rush; somebody logged in, who may just have changed it, always gets the present one.
     */
    public <T> ResponseEntity<T> changing(T body, @Nullable Caller caller) {
        return changing(body, tag(body), caller);
    }

    /**
     * As {@link #changing(Object, Caller)}, of an answer that knows its tag.
     *
     * @param tag with its quotation marks
     */
    public <T> ResponseEntity<T> changing(T body, String tag, @Nullable Caller caller) {
        String control = caller == null ? FOR_STRANGERS : FOR_ONE;
        return ResponseEntity.ok()
                .eTag(tag)
                .header(HttpHeaders.CACHE_CONTROL, control)
                .varyBy(HttpHeaders.AUTHORIZATION)
                .body(body);
    }

    /**
     * An answer that may be a moment old, as bytes: for strangers a shared cache may go on giving it while it fetches the next one, so that nobody waits
     * for it. Somebody logged in always gets the present one.
     *
     * @param tag with its quotation marks
     */
    public ResponseEntity<byte[]> overtaken(byte[] json, String tag, @Nullable Caller caller) {
        String control = caller == null ? FOR_STRANGERS : FOR_ONE;
        return ResponseEntity.ok()
                .eTag(tag)
                .header(HttpHeaders.CACHE_CONTROL, control)
                .varyBy(HttpHeaders.AUTHORIZATION)
                .contentType(MediaType.APPLICATION_JSON)
                .body(json);
    }

    /** An answer that no shared cache may keep, tagged by its content. */
    public <T> ResponseEntity<T> secret(T body) {
        return ResponseEntity.ok()
                .eTag(tag(body))
                .header(HttpHeaders.CACHE_CONTROL, FOR_ONE)
                .varyBy(HttpHeaders.AUTHORIZATION)
                .body(body);
    }

    /** The tag, with its quotation marks, of these bytes. */
    public static String tagOf(byte[] bytes) {
        try {
            return tag(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String tag(byte[] digest) {
        return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
    }

    private String tag(Object body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                json.writeValue(out, body);
            }
            return tag(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
