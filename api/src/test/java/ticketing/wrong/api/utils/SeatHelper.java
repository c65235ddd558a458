package ticketing.wrong.api.utils;

record SeatHelper(int seat) {}
