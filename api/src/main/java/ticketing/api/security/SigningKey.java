package ticketing.api.security;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The key pair that signs access tokens: made once, kept in the database, the same on every node. */
record SigningKey(String id, RSAPublicKey publicKey, RSAPrivateKey privateKey) {

    private static final int BITS = 2048;

    /** Never shows the key. */
    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }

    /** The stored key, or a new one. Of two nodes that start at once one stores its key and both use that one. */
    static SigningKey ofDatabase(JdbcClient jdbc) {
        return stored(jdbc).orElseGet(() -> {
            KeyPair pair = generated();
            jdbc.sql(
                            "INSERT INTO account.signing_key (key_id, private_key, public_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                    .params(
                            UUID.randomUUID().toString(),
                            pair.getPrivate().getEncoded(),
                            pair.getPublic().getEncoded())
                    .update();
            return stored(jdbc).orElseThrow();
        });
    }

    private static Optional<SigningKey> stored(JdbcClient jdbc) {
        return jdbc.sql("SELECT key_id, private_key, public_key FROM account.signing_key")
                .query((row, _) -> decoded(row.getString(1), row.getBytes(2), row.getBytes(3)))
                .optional();
    }

    private static KeyPair generated() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no RSA", e);
        }
    }

    private static SigningKey decoded(String id, byte[] privateKey, byte[] publicKey) {
        try {
            KeyFactory keys = KeyFactory.getInstance("RSA");
            return new SigningKey(
                    id, (RSAPublicKey) keys.generatePublic(new X509EncodedKeySpec(publicKey)), (RSAPrivateKey)
                            keys.generatePrivate(new PKCS8EncodedKeySpec(privateKey)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("account.signing_key does not hold an RSA key pair", e);
        }
    }
}
