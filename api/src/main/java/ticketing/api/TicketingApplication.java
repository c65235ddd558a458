package ticketing.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import ticketing.api.commandline.CommandLine;
import ticketing.api.start.PortCheck;

/** The program: every role in one process unless it is told otherwise. */
@SpringBootApplication(scanBasePackages = "ticketing")
@ConfigurationPropertiesScan("ticketing")
public class TicketingApplication {

    private static final int FAILED = 1;

    /** Runs the command that is named, if one is; else starts the program and returns when it is ready. A start that fails says why on stderr and ends the process with exit code 1. */
    public static void main(String[] arguments) {
        if (CommandLine.isMeant(arguments)) {
            System.exit(CommandLine.run(arguments));
        }
        // Axon reads these from nowhere else: nothing of ours calls home, and its advertisement is no part of our log.
        System.setProperty("axoniq.update-checker.disabled", "true");
        System.setProperty("disable-axoniq-console-message", "true");
        SpringApplication application = new SpringApplication(TicketingApplication.class);
        application.addListeners(new PortCheck());
        try {
            ConfigurableApplicationContext program = application.run(arguments);
            if (program.getBeanProvider(MovingEvents.class).getIfAvailable() != null) {
                System.exit(SpringApplication.exit(program));
            }
        } catch (RuntimeException | Error alreadyReported) {
            // Spring has said it; leaving explicitly, because a thread that some part had started must not keep a dead
            // program alive.
            System.exit(FAILED);
        }
    }
}
