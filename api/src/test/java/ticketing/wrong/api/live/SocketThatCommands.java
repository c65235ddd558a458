package ticketing.wrong.api.live;

import ticketing.wrong.command.CommandThatQueries;

record SocketThatCommands(CommandThatQueries command) {}
