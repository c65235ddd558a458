package ticketing.wrong.api.commandline;

import ticketing.wrong.command.CommandThatQueries;

public record ToolThatCommands(CommandThatQueries command) {}
