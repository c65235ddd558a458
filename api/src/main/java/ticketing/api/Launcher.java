package ticketing.api;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Says in one sentence that a Java is too old, instead of the stack trace that Java itself would print. It is the only class that is compiled for an older
 * Java, so it names no other class of the program.
 */
public final class Launcher {

    private static final int NEEDED = 25;

    private Launcher() {}

    /** Starts the program, or ends the process with exit code 1 if this Java cannot run it. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        int version = Runtime.version().feature();
        if (version < NEEDED) {
            System.err.println("This is Java " + version + ", but the program needs Java " + NEEDED
                    + " or later: install it, or start it with the full path of its java.");
            System.exit(1);
        }
        Method main = Class.forName("ticketing.api.TicketingApplication").getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("the program ended with an exception", e.getCause());
        }
    }
}
