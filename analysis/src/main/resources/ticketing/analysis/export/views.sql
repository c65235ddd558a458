-- Over the table events of an export; a statement each. Times are UTC.

-- A line for each booking. A sale is counted with the moment of its confirmation; amount is what was quoted.
CREATE VIEW bookings AS
SELECT booking,
       any_value(show_id) AS show_id,
       any_value(buyer) AS buyer,
       max(tickets) AS tickets,
       max(amount) FILTER (type = 'booking.BookingReserved') AS amount,
       any_value(currency) AS currency,
       min(happened_at) FILTER (type = 'booking.BookingReserved') AS reserved_at,
       min(happened_at) FILTER (type = 'booking.PaymentStarted') AS first_payment_at,
       max(happened_at) FILTER (type = 'booking.BookingConfirmed') AS confirmed_at,
       max(happened_at) FILTER (type IN ('booking.BookingReleased', 'booking.BookingExpired', 'booking.BookingRefunded')) AS ended_at,
       count(*) FILTER (type = 'booking.PaymentDeclined') AS declines,
       CASE arg_max(type, position) FILTER (type IN ('booking.BookingReserved', 'booking.BookingConfirmed', 'booking.BookingReleased',
                                                     'booking.BookingExpired', 'booking.BookingRefunded'))
           WHEN 'booking.BookingReserved' THEN 'RESERVED'
           WHEN 'booking.BookingConfirmed' THEN 'CONFIRMED'
           WHEN 'booking.BookingReleased' THEN 'RELEASED'
           WHEN 'booking.BookingExpired' THEN 'EXPIRED'
           WHEN 'booking.BookingRefunded' THEN 'REFUNDED'
       END AS status
FROM events
WHERE type LIKE 'booking.%'
GROUP BY booking;

CREATE VIEW sales_by_minute AS
SELECT show_id,
       date_trunc('minute', happened_at) AS minute,
       count(*) FILTER (type = 'ticket.TicketReserved') AS held,
       count(*) FILTER (type = 'ticket.TicketConfirmed') AS sold,
       count(*) FILTER (type IN ('ticket.TicketReleased', 'ticket.TicketExpired')) AS given_back,
       count(*) FILTER (type = 'ticket.TicketRefunded') AS refunded,
       coalesce(sum(amount) FILTER (type = 'ticket.TicketConfirmed'), 0)
           - coalesce(sum(amount) FILTER (type = 'ticket.TicketRefunded'), 0) AS revenue
FROM events
WHERE type LIKE 'ticket.%'
GROUP BY ALL
ORDER BY ALL;

CREATE VIEW conversion AS
SELECT show_id,
       count(*) AS bookings,
       count(confirmed_at) AS paid,
       count(*) FILTER (status = 'EXPIRED') AS expired,
       count(*) FILTER (status = 'RELEASED') AS released,
       count(*) FILTER (status = 'RESERVED') AS still_open,
       round(100.0 * count(confirmed_at) / count(*), 1) AS paid_percent,
       round(median(epoch(confirmed_at - reserved_at)), 1) AS median_seconds_to_pay
FROM bookings
GROUP BY show_id
ORDER BY show_id;

CREATE VIEW time_to_sell_by_section AS
WITH capacity AS (
    SELECT show_id, section, seats, happened_at AS published_at FROM events WHERE type = 'show.ShowPublished' AND amount IS NOT NULL
), opened AS (
    SELECT show_id, arg_max(on_sale_at, position) AS on_sale_at FROM events
    WHERE type IN ('show.ShowDrafted', 'show.ShowRevised') GROUP BY show_id
), sold AS (
    SELECT show_id, section, happened_at, row_number() OVER (PARTITION BY show_id, section ORDER BY position) AS nth
    FROM events WHERE type = 'ticket.TicketConfirmed'
)
SELECT show_id, section, any_value(seats) AS seats, count(nth) AS sales,
       round(epoch(min(happened_at) - any_value(greatest(published_at, coalesce(on_sale_at, published_at)))), 1) AS first_after_seconds,
       round(epoch(min(happened_at) FILTER (2 * nth >= seats) - any_value(greatest(published_at, coalesce(on_sale_at, published_at)))), 1)
           AS half_after_seconds,
       round(epoch(min(happened_at) FILTER (nth >= seats) - any_value(greatest(published_at, coalesce(on_sale_at, published_at)))), 1)
           AS all_after_seconds
FROM capacity LEFT JOIN opened USING (show_id) LEFT JOIN sold USING (show_id, section)
GROUP BY show_id, section
ORDER BY show_id, section;

CREATE VIEW revenue AS
SELECT show_id, section, any_value(currency) AS currency,
       count(*) FILTER (type = 'ticket.TicketConfirmed') AS sold,
       count(*) FILTER (type = 'ticket.TicketRefunded') AS refunded,
       coalesce(sum(amount) FILTER (type = 'ticket.TicketConfirmed'), 0) AS taken,
       coalesce(sum(amount) FILTER (type = 'ticket.TicketRefunded'), 0) AS given_back,
       taken - given_back AS revenue
FROM events
WHERE type IN ('ticket.TicketConfirmed', 'ticket.TicketRefunded')
GROUP BY show_id, section
ORDER BY show_id, section;

CREATE VIEW declines AS
SELECT e.cause, count(*) AS declines, count(DISTINCT e.booking) AS bookings,
       count(DISTINCT e.booking) FILTER (b.confirmed_at IS NOT NULL) AS bookings_paid_in_the_end
FROM events e JOIN bookings b USING (booking)
WHERE e.type = 'booking.PaymentDeclined'
GROUP BY e.cause
ORDER BY declines DESC;

CREATE VIEW holds AS
SELECT show_id,
       sum(tickets) AS seats_held,
       coalesce(sum(tickets) FILTER (status IN ('EXPIRED', 'RELEASED')), 0) AS seats_not_bought,
       round(avg(epoch(ended_at - reserved_at)) FILTER (status IN ('EXPIRED', 'RELEASED')), 1) AS average_seconds_held,
       round(coalesce(sum(tickets * epoch(ended_at - reserved_at)) FILTER (status IN ('EXPIRED', 'RELEASED')), 0) / 3600, 2)
           AS seat_hours_kept_from_others
FROM bookings
GROUP BY show_id
ORDER BY show_id;
