package ticketing.api.commandline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@code --name value} or {@code --name=value}, and what stands alone; a name that the command does not know is refused. */
final class Arguments {

    private final Map<String, String> options = new HashMap<>();
    private final List<String> rest = new ArrayList<>();

    /**
     * Reads a command's arguments.
     *
     * @param known options that take a value
     * @param flags options that take none
     * @throws UsageException if there are others, or a value is missing
     */
    Arguments(List<String> arguments, Set<String> known, Set<String> flags) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                rest.add(argument);
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
            if (options.containsKey(name)) {
                throw new UsageException("--" + name + " is given twice.");
            } else if (flags.contains(name)) {
                if (equals >= 0) {
                    throw new UsageException("--" + name + " takes no value.");
                }
                options.put(name, "true");
            } else if (!known.contains(name)) {
                throw new UsageException("There is no option --" + name + ".");
            } else if (equals >= 0) {
                options.put(name, argument.substring(equals + 1));
            } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
                // What begins with hyphens is the next option; a value that does is written behind an equals sign.
                options.put(name, arguments.get(++i));
            } else {
                throw new UsageException("--" + name + " needs a value.");
            }
        }
    }

    /** @throws UsageException if anything stands without a name */
    void refuseRest() {
        if (!rest.isEmpty()) {
            throw new UsageException("What is meant by " + rest.getFirst() + "?");
        }
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /**
     * The option's value as a directory's path.
     *
     * @throws UsageException if it cannot be one; an empty one, such as a variable that is not set, would be the directory one happens to be in
     */
    Optional<Path> directory(String name) {
        return option(name, "a directory", value -> {
            if (value.isBlank()) {
                throw new IllegalArgumentException("no name");
            }
            return Path.of(value);
        });
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    /**
     * The option's value, read.
     *
     * @param what it has to be, for whoever wrote something else: "a whole number"
     * @throws UsageException if it cannot be read
     */
    <T> Optional<T> option(String name, String what, Function<String, T> reader) {
        return option(name).map(value -> {
            try {
                return reader.apply(value);
            } catch (RuntimeException e) {
                throw new UsageException("--" + name + " is " + what + ", not " + value + ".");
            }
        });
    }

    /** What stands without a name, in order. */
    List<String> rest() {
        return rest;
    }
}
