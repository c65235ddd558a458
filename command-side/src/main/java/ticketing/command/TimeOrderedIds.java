package ticketing.command;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.axonframework.common.IdentifierFactory;

/**
 * Identifiers of messages and deadlines: UUIDs of version 7 (RFC 9562, section 5.7), milliseconds first, so that rows that are written together lie together in
 * an index. Axon's own take their bits from the one SecureRandom that all threads share; these identifiers are no secrets. Axon finds this class as a
 * service.
 */
public final class TimeOrderedIds extends IdentifierFactory {

    @Override
    public String generateIdentifier() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long time = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
        long rest = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
        return new UUID(time, rest).toString();
    }
}
