package ticketing.projections.seatfeed;

/** What a seat map shows of one seat; the codes are part of the HTTP contract and fit into two bits. */
enum SeatStatus {
    AVAILABLE(0),
    HELD(1),
    SOLD(2),
    NOT_FOR_SALE(3);

    private static final SeatStatus[] BY_CODE = values();

    private final int code;

    SeatStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** @throws IllegalArgumentException if no status has this code */
    static SeatStatus of(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("not the code of a seat's status: " + code);
        }
        return BY_CODE[code];
    }
}
