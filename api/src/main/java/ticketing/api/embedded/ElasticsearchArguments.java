package ticketing.api.embedded;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What Elasticsearch's own launcher writes to the server's standard input before anything else: its class {@code ServerArgs} in Elasticsearch's wire format,
 * with no password, no pid file and an empty key store.
 */
final class ElasticsearchArguments {

    private static final int KEY_STORE_FORMAT = 7;
    private static final int STRING_SETTING = 0;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private ElasticsearchArguments() {}

    /** The settings, none of them a list, and the directories of configuration and logs. */
    static byte[] of(Map<String, String> settings, Path configuration, Path logs) throws IOException {
        ElasticsearchArguments arguments = new ElasticsearchArguments();
        arguments.write(settings, configuration, logs);
        return arguments.bytes.toByteArray();
    }

    private void write(Map<String, String> settings, Path configuration, Path logs) throws IOException {
        out.writeBoolean(false); // in the foreground
        out.writeBoolean(false); // and not quiet
        out.writeBoolean(false); // no pid file
        text("org.elasticsearch.common.settings.KeyStoreWrapper");
        out.writeInt(KEY_STORE_FORMAT);
        out.writeBoolean(false); // no password
        out.writeBoolean(false); // no encrypted bytes
        number(0); // no entries
        out.writeBoolean(false); // not closed
        number(settings.size());
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            text(setting.getKey());
            out.writeByte(STRING_SETTING);
            text(setting.getValue());
        }
        text(configuration.toString());
        text(logs.toString());
        out.flush();
    }

    /** The number of UTF-16 units, and each of them in one to three bytes. */
    private void text(String text) throws IOException {
        number(text.length());
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit <= 0x7F) {
                out.writeByte(unit);
            } else if (unit <= 0x7FF) {
                out.writeByte(0xC0 | (unit >> 6));
                out.writeByte(0x80 | (unit & 0x3F));
            } else {
                out.writeByte(0xE0 | (unit >> 12));
                out.writeByte(0x80 | ((unit >> 6) & 0x3F));
                out.writeByte(0x80 | (unit & 0x3F));
            }
        }
    }

    /** Seven bits a byte, the lowest first. */
    private void number(int number) throws IOException {
        int left = number;
        while ((left & ~0x7F) != 0) {
            out.writeByte((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte(left);
    }
}
