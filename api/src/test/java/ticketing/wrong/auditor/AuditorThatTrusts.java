package ticketing.wrong.auditor;

import ticketing.wrong.command.SeatState;

public record AuditorThatTrusts(SeatState state) {}
