package ticketing.projections.seatfeed;

/**
 * The status of every seat of a show at one moment.
 *
 * @param seq the global position of the show's last event that is included
 * @param epoch names the event store; a sequence number means nothing under another epoch
 * @param statuses Base64 of two bits a seat, seat 0 in the low bits of byte 0: 0 available, 1 held, 2 sold, 3 not for sale
 */
public record Availability(long seq, String epoch, int seatCount, String statuses) {}
