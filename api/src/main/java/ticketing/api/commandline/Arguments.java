package ticketing.api.commandline;

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
            if (flags.contains(name) && equals < 0) {
                options.put(name, "true");
            } else if (!known.contains(name)) {
                throw new UsageException("There is no option --" + name + ".");
            } else if (equals >= 0) {
                options.put(name, argument.substring(equals + 1));
            } else if (i + 1 < arguments.size()) {
                options.put(name, arguments.get(++i));
            } else {
                throw new UsageException("--" + name + " needs a value.");
            }
        }
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    /**
     * The option's value, read.
     *
     * @throws UsageException if it cannot be read
     */
    <T> Optional<T> option(String name, Function<String, T> reader) {
        return option(name).map(value -> {
            try {
                return reader.apply(value);
            } catch (RuntimeException e) {
                throw new UsageException("--" + name + " cannot be " + value + ".");
            }
        });
    }

    /** What stands without a name, in order. */
    List<String> rest() {
        return rest;
    }
}
