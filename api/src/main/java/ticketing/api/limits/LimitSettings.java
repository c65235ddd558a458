package ticketing.api.limits;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code ticketing.limits.*}: token buckets. The bursts let a lecture hall behind one address register, log in and book at once; the rates are what
 * remains for those who go on.
 *
 * @param registration new accounts, by address: each costs a slow password hash
 * @param login logins and refreshes, by address
 * @param wrongPassword failed logins, by e-mail whatever the address: what a guesser gets
 * @param booking whatever changes a booking, by user
 * @param write every other change, by user
 * @param read reads, by user or address
 */
@ConfigurationProperties("ticketing.limits")
record LimitSettings(
        @DefaultValue Registration registration,
        @DefaultValue Login login,
        @DefaultValue WrongPassword wrongPassword,
        @DefaultValue Booking booking,
        @DefaultValue Write write,
        @DefaultValue Read read) {

    /**
     * A bucket.
     *
     * @param burst how many at once
     * @param rate how many come back
     * @param per in which time
     */
    record Bucket(long burst, long rate, Duration per) {
        Bucket {
            if (burst < 1 || rate < 1 || per.toMillis() < 1) {
                throw new IllegalArgumentException("a limit needs a burst, a rate and a time of at least 1");
            }
        }

        double perSecond() {
            return rate * 1_000.0 / per.toMillis();
        }
    }

    record Registration(
            @DefaultValue("1000") long burst,
            @DefaultValue("60") long rate,
            @DefaultValue("1m") Duration per) {}

    record Login(
            @DefaultValue("2000") long burst,
            @DefaultValue("300") long rate,
            @DefaultValue("1m") Duration per) {}

    record WrongPassword(
            @DefaultValue("20") long burst,
            @DefaultValue("10") long rate,
            @DefaultValue("1m") Duration per) {}

    record Booking(
            @DefaultValue("60") long burst,
            @DefaultValue("60") long rate,
            @DefaultValue("1m") Duration per) {}

    record Write(
            @DefaultValue("1200") long burst,
            @DefaultValue("600") long rate,
            @DefaultValue("1m") Duration per) {}

    record Read(
            @DefaultValue("10000") long burst,
            @DefaultValue("6000") long rate,
            @DefaultValue("1m") Duration per) {}

    Bucket of(Limit limit) {
        return switch (limit) {
            case REGISTRATION -> new Bucket(registration.burst, registration.rate, registration.per);
            case LOGIN -> new Bucket(login.burst, login.rate, login.per);
            case WRONG_PASSWORD -> new Bucket(wrongPassword.burst, wrongPassword.rate, wrongPassword.per);
            case BOOKING -> new Bucket(booking.burst, booking.rate, booking.per);
            case WRITE -> new Bucket(write.burst, write.rate, write.per);
            case READ -> new Bucket(read.burst, read.rate, read.per);
        };
    }
}
