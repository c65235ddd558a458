package ticketing.api.feed;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Which addresses belong to the open internet. After the IANA special-purpose address registries (RFC 6890 and what has been added since): everything else is
 * somebody's inside, and may be ours.
 */
final class PublicAddresses {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(byte[] prefix, int bits) {
        static Block of(String block) {
            int slash = block.indexOf('/');
            return new Block(
                    InetAddress.ofLiteral(block.substring(0, slash)).getAddress(),
                    Integer.parseInt(block, slash + 1, block.length(), 10));
        }

        boolean has(byte[] address) {
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (address[i] != prefix[i]) {
                    return false;
                }
            }
            int rest = bits % 8;
            int mask = 0xff << (8 - rest);
            return rest == 0 || (address[whole] & mask) == (prefix[whole] & mask);
        }
    }

    private static final Block[] NOT_PUBLIC_4 = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /** Of version 6 only this is given to anybody in the open, and of it not what carries an address of version 4 inside, or is for examples. */
    private static final Block UNICAST_6 = Block.of("2000::/3");

    private static final Block[] NOT_PUBLIC_6 =
            blocks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    private PublicAddresses() {}

    private static Block[] blocks(String... blocks) {
        Block[] parsed = new Block[blocks.length];
        for (int i = 0; i < blocks.length; i++) {
            parsed[i] = Block.of(blocks[i]);
        }
        return parsed;
    }

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isInNone(bytes, NOT_PUBLIC_4);
        }
        return UNICAST_6.has(bytes) && isInNone(bytes, NOT_PUBLIC_6);
    }

    private static boolean isInNone(byte[] address, Block... excluded) {
        for (Block block : excluded) {
            if (block.has(address)) {
                return false;
            }
        }
        return true;
    }
}
