package ticketing.wrong.auditor;

import ticketing.wrong.command.CommandThatQueries;

public record AuditorThatTrusts(CommandThatQueries command) {}
