package ticketing.api.prepared;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import ticketing.api.Cacheable;

/** A JSON answer as it is sent, plain and compressed, with its tag. The same bytes serve everybody, so they are never changed. */
public final class Prepared {

    /** Of less than this hardly anything is saved. */
    private static final int WORTH_COMPRESSING = 256;

    private static final String GZIP = "gzip";
    private static final String VARY = HttpHeaders.AUTHORIZATION + ", " + HttpHeaders.ACCEPT_ENCODING;

    /** Bounds how much is under way to slow readers. */
    public interface Guard {
        Guard NONE = new Guard() {
            @Override
            public boolean begin() {
                return true;
            }

            @Override
            public void end() {}
        };

        /** @return whether the bytes may be sent now; then {@link #end} follows */
        boolean begin();

        void end();
    }

    private final byte[] plain;
    private final String tag;
    private final String gzipTag;
    private final String cacheControl;
    private final int level;
    private final Guard guard;
    private volatile byte @Nullable [] gzip;

    private Prepared(byte[] plain, String tag, String cacheControl, int level, Guard guard) {
        this.plain = plain;
        this.tag = tag;
        this.gzipTag = tag.substring(0, tag.length() - 1) + "-gzip\"";
        this.cacheControl = cacheControl;
        this.level = level;
        this.guard = guard;
    }

    /** An answer that soon is another one: for strangers. */
    public static Prepared changing(byte[] json, String tag) {
        return new Prepared(json, tag, Cacheable.FOR_STRANGERS, Deflater.BEST_SPEED, Guard.NONE);
    }

    /** An answer that stays as it is. */
    public static Prepared lasting(byte[] json, String tag, String cacheControl, Guard guard) {
        return new Prepared(json, tag, cacheControl, Deflater.DEFAULT_COMPRESSION, guard);
    }

    /** With its quotation marks; of the plain bytes. */
    public String tag() {
        return tag;
    }

    public String cacheControl() {
        return cacheControl;
    }

    /** Not to be changed. */
    public byte[] plain() {
        return plain;
    }

    /** How much memory this takes. */
    public int weight() {
        // The compressed form of a seat map can be as large as what it is made of.
        return plain.length < WORTH_COMPRESSING ? plain.length : 2 * plain.length;
    }

    public Guard guard() {
        return guard;
    }

    /** The bytes compressed, when somebody first wants them so; null if that would be of no use. */
    byte @Nullable [] gzip() {
        if (plain.length < WORTH_COMPRESSING) {
            return null;
        }
        byte[] made = gzip;
        return made == null ? compress() : made;
    }

    private synchronized byte[] compress() {
        byte[] made = gzip;
        if (made == null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4);
            try (GZIPOutputStream out = new GZIPOutputStream(bytes) {
                {
                    def.setLevel(level);
                }
            }) {
                out.write(plain);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            made = bytes.toByteArray();
            gzip = made;
        }
        return made;
    }

    /** Sends the answer, compressed if the client takes that, or says that the client has it already. */
    public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.addHeader(HttpHeaders.VARY, VARY);
        response.setHeader(HttpHeaders.CACHE_CONTROL, cacheControl);
        byte[] compressed = takesGzip(request) ? gzip() : null;
        // The two forms are different bytes, hence the two tags; whoever has either is up to date.
        String its = compressed == null ? tag : gzipTag;
        if (isKnown(request)) {
            response.setHeader(HttpHeaders.ETAG, its);
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setHeader(HttpHeaders.ETAG, its);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        byte[] body = compressed == null ? plain : compressed;
        if (compressed != null) {
            response.setHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private boolean isKnown(HttpServletRequest request) {
        if (request.getHeader(HttpHeaders.IF_NONE_MATCH) == null) {
            return false;
        }
        List<String> lines = Collections.list(request.getHeaders(HttpHeaders.IF_NONE_MATCH));
        for (String line : lines) {
            for (String known : line.split(",", -1)) {
                String one = known.strip();
                String strong = one.startsWith("W/") ? one.substring(2) : one;
                if (strong.equals("*") || strong.equals(tag) || strong.equals(gzipTag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** RFC 9110, section 12.5.3: gzip is named, or everything is, and not with a weight of 0. */
    static boolean takesGzip(HttpServletRequest request) {
        String header = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (header == null || header.isEmpty()) {
            return false;
        }
        if (header.equals(GZIP)) {
            return true;
        }
        boolean any = false;
        for (String line : Collections.list(request.getHeaders(HttpHeaders.ACCEPT_ENCODING))) {
            for (String coding : line.split(",", -1)) {
                String[] parts = coding.split(";", 2);
                String name = parts[0].strip();
                boolean wanted = parts.length == 1 || !parts[1].strip().matches("[qQ]\\s*=\\s*0(\\.0{0,3})?");
                if (name.equalsIgnoreCase(GZIP) || name.equalsIgnoreCase("x-gzip")) {
                    return wanted;
                }
                any |= wanted && name.equals("*");
            }
        }
        return any;
    }
}
