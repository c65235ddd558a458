package ticketing.wrong.projections;

import ticketing.wrong.command.CommandThatQueries;

public record ProjectionThatCommands(CommandThatQueries command) {}
