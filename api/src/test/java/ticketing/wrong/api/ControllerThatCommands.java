package ticketing.wrong.api;

import ticketing.wrong.command.CommandThatQueries;

record ControllerThatCommands(CommandThatQueries command) {}
