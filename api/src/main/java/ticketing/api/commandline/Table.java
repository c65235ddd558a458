package ticketing.api.commandline;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import ticketing.analysis.export.Analyst;

/** Prints an answer as a table whose widths follow from its first lines, or as CSV. */
final class Table implements Analyst.Lines {

    /** So many lines are waited for before widths are chosen. */
    private static final int LOOKED_AT = 1_000;

    private static final int WIDEST = 60;

    private final PrintStream out;
    private final boolean csv;
    private final List<List<String>> waiting = new ArrayList<>();
    private List<Integer> widths = List.of();

    Table(PrintStream out, boolean csv) {
        this.out = out;
        this.csv = csv;
    }

    @Override
    public void columns(List<String> names) {
        line(names);
    }

    @Override
    public void line(List<String> values) {
        if (csv) {
            out.println(values.stream().map(Table::quoted).collect(Collectors.joining(",")));
        } else if (widths.isEmpty()) {
            waiting.add(values);
            if (waiting.size() > LOOKED_AT) {
                finish();
            }
        } else {
            print(values);
        }
    }

    /** Prints what has been waited with. */
    void finish() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Integer> chosen = new ArrayList<>();
        for (int column = 0; column < waiting.getFirst().size(); column++) {
            int widest = 1;
            for (List<String> line : waiting) {
                widest = Math.max(widest, line.get(column).length());
            }
            chosen.add(Math.min(WIDEST, widest));
        }
        widths = chosen;
        waiting.forEach(this::print);
        waiting.clear();
    }

    private void print(List<String> values) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < values.size(); column++) {
            String value = values.get(column);
            boolean number = !value.isEmpty() && value.chars().allMatch(c -> c >= '-' && c <= '9' && c != '/');
            line.append(column == 0 ? "" : "  ")
                    .append(("%" + (number ? "" : "-") + widths.get(column) + "s").formatted(value));
        }
        out.println(line.toString().stripTrailing());
    }

    private static String quoted(String value) {
        return value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + value.replace("\"", "\"\"") + '"'
                : value;
    }
}
