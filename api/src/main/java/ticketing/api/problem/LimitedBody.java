package ticketing.api.problem;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request whose body ends in a refusal after so many bytes, also when nobody said beforehand how long it would be. */
final class LimitedBody extends HttpServletRequestWrapper {

    /** 1 MiB: 10,000 identifiers, or the seat map of a large arena, fit several times. */
    static final int BYTES = 1 << 20;

    private @Nullable ServletInputStream stream;
    private @Nullable BufferedReader reader;

    LimitedBody(HttpServletRequest request) {
        super(request);
    }

    static Problem tooLarge() {
        return new Problem(ProblemCode.BODY_TOO_LARGE, "A body can have at most " + BYTES + " bytes.")
                .with("limit", BYTES);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        ServletInputStream limited = stream;
        if (limited == null) {
            limited = new Counted(super.getInputStream());
            stream = limited;
        }
        return limited;
    }

    @Override
    public BufferedReader getReader() throws IOException {
        BufferedReader buffered = reader;
        if (buffered == null) {
            String name = getCharacterEncoding();
            buffered = new BufferedReader(new InputStreamReader(
                    getInputStream(), name == null ? StandardCharsets.UTF_8 : Charset.forName(name)));
            reader = buffered;
        }
        return buffered;
    }

    private static final class Counted extends ServletInputStream {

        private final ServletInputStream body;
        private long read;

        Counted(ServletInputStream body) {
            this.body = body;
        }

        private int count(int bytes) {
            if (bytes > 0) {
                read += bytes;
                if (read > BYTES) {
                    throw tooLarge();
                }
            }
            return bytes;
        }

        @Override
        public int read() throws IOException {
            int value = body.read();
            count(value < 0 ? value : 1);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return count(body.read(into, offset, length));
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }

        @Override
        public int available() throws IOException {
            return body.available();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
