package ticketing.api.id;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes identifiers that sort by the time they were made, so that new rows lie together. They are unique, not secret: never use one where knowing it
 * is a right.
 */
public final class NewId {

    /** Without i, l, o and u, which people misread. */
    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

    private static final int TIME_DIGITS = 9;
    private static final int RANDOM_DIGITS = 9;

    private NewId() {}

    /** 18 letters and digits: the milliseconds since 1970, then 45 random bits. */
    public static String next() {
        char[] id = new char[TIME_DIGITS + RANDOM_DIGITS];
        write(System.currentTimeMillis(), id, 0, TIME_DIGITS);
        write(ThreadLocalRandom.current().nextLong(), id, TIME_DIGITS, RANDOM_DIGITS);
        return new String(id);
    }

    private static void write(long value, char[] id, int from, int digits) {
        long rest = value;
        for (int i = from + digits - 1; i >= from; i--) {
            id[i] = DIGITS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
