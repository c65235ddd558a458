package ticketing.analysis.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Other names for bookings and buyers: the same for the same within an export, and without the export's key nobody can tell whose they are, not even
 * who has the store. HMAC-SHA-256 (RFC 2104), the first 80 bits.
 */
final class Pseudonyms {

    static final String KEY_FILE = "pseudonyms.key";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int NAME_BYTES = 10;

    private final Mac mac;

    private Pseudonyms(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** With the key in this directory, which is made if there is none; only its owner can read it. */
    static Pseudonyms keptIn(Path directory) throws IOException {
        Path file = directory.resolve(KEY_FILE);
        if (!Files.exists(file)) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HexFormat.of().formatHex(key));
        }
        return new Pseudonyms(HexFormat.of().parseHex(Files.readString(file).strip()));
    }

    /** @param kind a letter that the name begins with; names of different kinds are never alike */
    String of(char kind, String identifier) {
        byte[] digest = mac.doFinal((kind + identifier).getBytes(StandardCharsets.UTF_8));
        return kind + HexFormat.of().formatHex(Arrays.copyOf(digest, NAME_BYTES));
    }
}
