package ticketing.api.commandline;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import ticketing.analysis.whatif.Comparison;
import ticketing.analysis.whatif.Outcome;
import ticketing.analysis.whatif.Recording;
import ticketing.analysis.whatif.Recording.Recorded;
import ticketing.analysis.whatif.Rules;
import ticketing.analysis.whatif.WhatIf;
import ticketing.messages.show.PricedSection;
import ticketing.messages.show.ShowEvent.ShowPublished;
import ticketing.messages.show.ShowId;

/** Runs a show's sale again under other rules. */
final class WhatIfCommand implements CommandLine.Command {

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
        ShowId show = arguments
                .option("show", ShowId::new)
                .orElseThrow(() -> new UsageException("Which show is meant? --show ID is needed."));
        Rules rules = rules(arguments);
        Recording recording;
        try (Store store = Store.open(arguments);
                Connection connection = store.connect()) {
            recording = Recording.of(connection, show);
        }
        refuseOthers(rules.prices().keySet(), recording);
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
                "%s from the first booking to the last sale took %.2f s.%n%n",
                spoken(changed.untilLast()),
                seconds);
        new Comparison(reality, changed).print(out);
        return fidelity.isExact() ? 0 : 1;
    }

    /** A price that is nobody's would change nothing, and look as if it did not matter. */
    private static void refuseOthers(Set<String> priced, Recording recording) {
        Set<String> sections = recording.events().stream()
                .map(Recorded::event)
                .filter(ShowPublished.class::isInstance)
                .map(ShowPublished.class::cast)
                .flatMap(published -> published.sections().stream())
                .map(PricedSection::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (String section : priced) {
            if (!sections.contains(section)) {
                throw new UsageException(
                        "The show has no section " + section + ", but " + String.join(", ", sections) + ".");
            }
        }
    }

    private static String spoken(Duration duration) {
        return "%d h %d min %d s".formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    private static Rules rules(Arguments arguments) {
        return new Rules(
                arguments
                        .option("hold", value -> Duration.ofSeconds(Integer.parseInt(value)))
                        .orElse(null),
                arguments.option("limit", Integer::valueOf).orElse(null),
                arguments.option("admit", Integer::valueOf).orElse(null),
                arguments.option("price", WhatIfCommand::prices).orElse(Map.of()),
                arguments.option("elasticity", Double::valueOf).orElse(Rules.UNCHANGED.elasticity()),
                arguments.option("second-choice", Double::valueOf).orElse(Rules.UNCHANGED.secondChoice()),
                arguments.option("seed", Long::valueOf).orElse(Rules.UNCHANGED.seed()));
    }

    private static Map<String, BigDecimal> prices(String text) {
        Map<String, BigDecimal> prices = new HashMap<>();
        for (String one : text.split(",", -1)) {
            int equals = one.lastIndexOf('=');
            prices.put(one.substring(0, equals), new BigDecimal(one.substring(equals + 1)));
        }
        return prices;
    }
}
