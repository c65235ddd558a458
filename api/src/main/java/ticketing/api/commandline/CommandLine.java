package ticketing.api.commandline;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.LoggerFactory;
import ticketing.api.start.StartRefused;

/** What the program does instead of starting if its first argument is a command. Nothing of Spring is started. */
public final class CommandLine {

    /** A command could not do what it is for. */
    static final int FAILED = 2;

    /** A schema or a table is missing, in PostgreSQL's words. */
    private static final Set<String> NO_STORE = Set.of("3F000", "42P01");

    private static final Set<String> HELP = Set.of("help", "--help", "-h");

    private static final Map<String, Command> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("audit", new AuditCommand());
        COMMANDS.put("export", new ExportCommand());
        COMMANDS.put("sql", new SqlCommand());
        COMMANDS.put("what-if", new WhatIfCommand());
        COMMANDS.put("replay", new ReplayCommand());
    }

    /** One thing that can be asked for. */
    interface Command {

        /** How it is called, and below what it does. */
        String usage();

        /**
         * Does it.
         *
         * @param out where its answer goes
         * @param progress where it says how far it is
         * @return the exit code
         */
        int run(List<String> arguments, PrintStream out, PrintStream progress) throws Exception;
    }

    private CommandLine() {}

    /** Whether the arguments name a command, or something that looks like one: settings begin with a hyphen. */
    public static boolean isMeant(String... arguments) {
        return arguments.length > 0 && (!arguments[0].startsWith("-") || HELP.contains(arguments[0]));
    }

    /** Runs the command and returns its exit code; 2 if it could not be run. */
    public static int run(String... arguments) {
        return run(System.out, System.err, arguments);
    }

    /** The same, with its output elsewhere. */
    public static int run(PrintStream out, PrintStream error, String... arguments) {
        quiet();
        Command command = COMMANDS.get(arguments[0]);
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        if (command == null) {
            boolean asked = HELP.contains(arguments[0]);
            if (!asked) {
                error.println("There is no command " + arguments[0] + ".");
            }
            COMMANDS.values().forEach(one -> (asked ? out : error).println(one.usage()));
            return asked ? 0 : FAILED;
        }
        if (rest.contains("--help") || rest.contains("-h")) {
            out.println(command.usage());
            return 0;
        }
        try {
            return command.run(rest, out, error);
        } catch (UsageException e) {
            error.println(e.getMessage() + "\n" + command.usage());
        } catch (StartRefused | IllegalArgumentException e) {
            error.println(e.getMessage());
        } catch (UncheckedIOException e) {
            error.println(spoken(Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            error.println(spoken(e));
        } catch (SQLException e) {
            // Without the query, and without values of rows.
            error.println((NO_STORE.contains(String.valueOf(e.getSQLState()))
                            ? "This is no database of this program, or of another version of it: "
                            : "The database answers: ")
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (LinkageError e) {
            error.println("DuckDB has no native library for this system: " + e.getMessage());
        } catch (Exception e) {
            error.println("Failed: " + e);
        }
        return FAILED;
    }

    /** What the file system answers, whose exceptions have a file's name for a message and the reason in their own. */
    private static String spoken(IOException e) {
        return switch (e) {
            case AccessDeniedException file -> file.getFile() + " is not open to this user.";
            case NoSuchFileException file -> "There is no " + file.getFile() + ".";
            case FileAlreadyExistsException file -> file.getFile() + " is there already, and is no directory.";
            case FileSystemException file ->
                file.getFile() + ": " + (file.getReason() == null ? "cannot be used" : file.getReason());
            default -> "Failed: " + e.getMessage();
        };
    }

    /** Without Spring nobody else tells the log what to leave out. */
    private static void quiet() {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root
                && Level.DEBUG.equals(root.getLevel())) {
            root.setLevel(Level.ERROR);
        }
    }
}
