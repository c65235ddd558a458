package ticketing.wrong.api.history;

import ticketing.wrong.command.CommandThatQueries;

record TimelineThatCommands(CommandThatQueries command) {}
