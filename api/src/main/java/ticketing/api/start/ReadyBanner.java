package ticketing.api.start;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says on stdout that the program is ready, where it is and how to stop it. */
@Component
final class ReadyBanner {

    private final ObjectProvider<Announcement> announcements;
    private final Environment environment;

    ReadyBanner(ObjectProvider<Announcement> announcements, Environment environment) {
        this.announcements = announcements;
        this.environment = environment;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        if (event.getApplicationContext() instanceof WebServerApplicationContext web && web.getWebServer() != null) {
            print(System.out, web.getWebServer().getPort());
        }
    }

    private void print(PrintStream out, int port) {
        String host = environment.getProperty("server.address", "localhost");
        String address = "http://" + host + ":" + port;
        List<String> text = new ArrayList<>();
        text.add("");
        text.add("Ticketing is ready.");
        add(text, "Address", List.of(address));
        // Only an edge has an API.
        if (environment.getProperty("springdoc.api-docs.enabled", Boolean.class, true)) {
            add(text, "API docs", List.of(address + environment.getProperty("springdoc.swagger-ui.path", "/docs")));
        }
        announcements.orderedStream().forEach(one -> add(text, one.label(), one.lines()));
        add(
                text,
                "Stop",
                List.of("Ctrl-C here, or: kill " + ProcessHandle.current().pid()));
        text.add("");
        out.println(String.join(System.lineSeparator(), text));
    }

    private static void add(List<String> text, String label, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            text.add("  %-10s %s".formatted(i == 0 ? label : "", lines.get(i)));
        }
    }
}
