package ticketing.wrong.api.commandline;

import ticketing.wrong.command.SeatState;

public record ToolThatCommands(SeatState state) {}
