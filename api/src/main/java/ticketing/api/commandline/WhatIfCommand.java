package ticketing.api.commandline;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ticketing.analysis.whatif.Comparison;
import ticketing.analysis.whatif.Outcome;
import ticketing.analysis.whatif.Recording;
import ticketing.analysis.whatif.Recording.Recorded;
import ticketing.analysis.whatif.Rules;
import ticketing.analysis.whatif.WhatIf;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingEvent.BookingReserved;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;

/** Runs a show's sale again under other rules. */
final class WhatIfCommand implements CommandLine.Command {

    private static final Pattern AMOUNT = Pattern.compile("\\d{1,12}(\\.\\d{1,6})?");

    @Override
    public String usage() {
        return """
                what-if --show ID [--hold SECONDS] [--limit TICKETS] [--admit BUYERS-A-MINUTE] [--price SECTION=AMOUNT,…] [--elasticity E]
                        [--second-choice PART] [--seed N] [--url JDBC-URL --user NAME --password WORD | --data-dir DIR]
                    runs the show's recorded demand again under other rules and compares; exit code 1 if under the same rules
                    it does not come to exactly what was""";
    }

    @Override
    public int run(List<String> given, PrintStream out, PrintStream progress) throws SQLException, IOException {
        Set<String> options = new HashSet<>(Store.OPTIONS);
        options.addAll(Set.of("show", "hold", "limit", "admit", "price", "elasticity", "second-choice", "seed"));
        Arguments arguments = new Arguments(given, options, Set.of());
        arguments.refuseRest();
        ShowId show = arguments
                .option("show", "a show's identifier", ShowId::new)
                .orElseThrow(() -> new UsageException("Which show is meant? --show ID is needed."));
        Rules rules = rules(arguments);
        Recording recording;
        try (Store store = Store.open(arguments);
                Connection connection = store.connect()) {
            recording = Recording.of(connection, show);
        }
        refuseOthers(rules.prices(), recording);
        if (recording.events().stream().noneMatch(one -> one.event() instanceof BookingReserved)) {
            throw new IllegalArgumentException(
                    "Nobody has booked anything of " + show + " yet, so there is nothing to run again.");
        }
        WhatIf whatIf = new WhatIf(recording);
        WhatIf.Fidelity fidelity = whatIf.fidelity();
        out.printf(
                "Under the same rules %,d of %,d events happen again exactly%s.%n",
                fidelity.same(),
                fidelity.events(),
                fidelity.isExact() ? "" : ", so what follows is not to be relied on");
        Outcome reality = whatIf.reality();
        long began = System.nanoTime();
        Outcome changed = whatIf.under(rules);
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(
                Locale.ROOT,
                "%s from the first booking to the last sale, run again in %.2f s.%n%n",
                spoken(changed.untilLast()),
                seconds);
        new Comparison(reality, changed).print(out);
        return fidelity.isExact() ? 0 : 1;
    }

    /** A price that is nobody's would change nothing, and look as if it did not matter. */
    private static void refuseOthers(Map<String, BigDecimal> prices, Recording recording) {
        Map<String, PricedSection> sections = recording.events().stream()
                .map(Recorded::event)
                .filter(ShowPublished.class::isInstance)
                .map(ShowPublished.class::cast)
                .flatMap(published -> published.sections().stream())
                .collect(Collectors.toMap(
                        PricedSection::name, section -> section, (first, _) -> first, LinkedHashMap::new));
        prices.forEach((name, amount) -> {
            PricedSection section = sections.get(name);
            if (section == null) {
                throw new UsageException("The show has no section " + name + ", but "
                        + (sections.isEmpty() ? "none at all" : String.join(", ", sections.keySet())) + ".");
            }
            Money price = section.price();
            if (price == null) {
                throw new UsageException("Section " + name + " is not for sale.");
            }
            try {
                Money _ = new Money(amount, price.currency());
            } catch (IllegalArgumentException e) {
                throw new UsageException("In " + price.currency() + " nothing costs " + amount.toPlainString() + ": "
                        + e.getMessage() + ".");
            }
        });
    }

    private static String spoken(Duration duration) {
        return "%d h %d min %d s".formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    private static Rules rules(Arguments arguments) {
        return new Rules(
                arguments
                        .option("hold", "a number of seconds", value -> Duration.ofSeconds(Integer.parseInt(value)))
                        .orElse(null),
                arguments
                        .option("limit", "a number of tickets", Integer::valueOf)
                        .orElse(null),
                arguments
                        .option("admit", "a number of buyers", Integer::valueOf)
                        .orElse(null),
                arguments
                        .option("price", "SECTION=AMOUNT,… such as Stalls=49.50,Floor=30", WhatIfCommand::prices)
                        .orElse(Map.of()),
                arguments.option("elasticity", "a number", Double::valueOf).orElse(Rules.UNCHANGED.elasticity()),
                arguments.option("second-choice", "a number", Double::valueOf).orElse(Rules.UNCHANGED.secondChoice()),
                arguments.option("seed", "a whole number", Long::valueOf).orElse(Rules.UNCHANGED.seed()));
    }

    private static Map<String, BigDecimal> prices(String text) {
        Map<String, BigDecimal> prices = new HashMap<>();
        for (String one : text.split(",", -1)) {
            int equals = one.lastIndexOf('=');
            String amount = one.substring(equals + 1);
            // As everywhere else: 1E999999999 is a number, too.
            if (!AMOUNT.matcher(amount).matches()
                    || prices.put(one.substring(0, equals), new BigDecimal(amount)) != null) {
                throw new IllegalArgumentException("no amount, or two for one section");
            }
        }
        return prices;
    }
}
