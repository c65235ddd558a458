package ticketing.command.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ticketing.command.TestDatabase;
import ticketing.command.payment.PaymentProvider.Authorization;
import ticketing.command.payment.PaymentProvider.Authorization.Authorized;
import ticketing.command.payment.PaymentProvider.Authorization.Declined;
import ticketing.command.payment.PaymentProvider.Authorization.RequiresAction;
import ticketing.command.payment.PaymentProvider.Authorization.Unknown;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingId;
import ticketing.messages.payment.PaymentId;

/** The sandbox's books, on a real PostgreSQL. */
@Timeout(60)
class SandboxProviderTest {

    private static final PaymentId PAYMENT = new PaymentId("show1-bx.p1");
    private static final BookingId BOOKING = new BookingId("show1-bx");
    private static final Money PRICE = Money.ofMinorUnits(4950, "EUR");

    private final TestDatabase database = new TestDatabase();
    private final SandboxProvider provider = new SandboxProvider(database.dataSource(), true);

    @AfterEach
    void close() {
        database.close();
    }

    private Authorization authorize(String method) {
        return provider.authorize(PAYMENT, BOOKING, PRICE, method);
    }

    private String status() {
        return database.jdbc()
                .sql("SELECT status FROM store.sandbox_payment")
                .query(String.class)
                .single();
    }

    @Nested
    class Authorizing {

        @ParameterizedTest
        @CsvSource({"pm_card_visa", "pm_card_mastercard", "pm_card_amex"})
        void a_good_card_reserves_the_money(String method) {
            assertThat(provider.accepts(method)).isTrue();
            assertThat(authorize(method)).isEqualTo(new Authorized());
            assertThat(provider.retrieve(PAYMENT)).isEqualTo(new Authorized());
            assertThat(status()).isEqualTo("AUTHORIZED");
        }

        @ParameterizedTest
        @CsvSource({
            "pm_card_chargeDeclined, generic_decline",
            "pm_card_visa_chargeDeclined, generic_decline",
            "pm_card_chargeDeclinedInsufficientFunds, insufficient_funds",
            "pm_card_chargeDeclinedExpiredCard, expired_card"
        })
        void a_bad_card_is_declined_and_says_why(String method, String reason) {
            assertThat(provider.accepts(method)).isTrue();
            assertThat(authorize(method)).isEqualTo(new Declined(reason));
            assertThat(provider.retrieve(PAYMENT)).isEqualTo(new Declined(reason));
        }

        @Test
        void a_card_that_wants_its_owner_waits_for_them() {
            assertThat(authorize("pm_card_authenticationRequired")).isEqualTo(new RequiresAction());
            assertThat(provider.capture(PAYMENT)).isFalse();
            provider.completeAction(PAYMENT);
            assertThat(provider.retrieve(PAYMENT)).isEqualTo(new Authorized());
        }

        @Test
        void the_same_payment_twice_is_one_and_stands_where_it_stood() {
            authorize("pm_card_visa");
            provider.capture(PAYMENT);
            assertThat(authorize("pm_card_visa")).isEqualTo(new Authorized());
            assertThat(status()).isEqualTo("CAPTURED");
        }

        @Test
        void a_card_that_nobody_knows_is_not_accepted() {
            assertThat(provider.accepts("pm_unknown")).isFalse();
        }

        @Test
        void a_payment_that_nobody_began_is_unknown() {
            assertThat(provider.retrieve(PAYMENT)).isEqualTo(new Unknown());
            assertThat(provider.bookingOf(PAYMENT)).isEmpty();
            authorize("pm_card_visa");
            assertThat(provider.bookingOf(PAYMENT)).contains(BOOKING);
        }
    }

    @Nested
    class Taking {

        @Test
        void reserved_money_is_taken_and_twice_is_once() {
            authorize("pm_card_visa");
            assertThat(provider.capture(PAYMENT)).isTrue();
            assertThat(provider.capture(PAYMENT)).isTrue();
            assertThat(status()).isEqualTo("CAPTURED");
        }

        @Test
        void money_that_was_let_go_or_given_back_is_not_taken() {
            assertThat(provider.capture(PAYMENT)).isFalse();
            authorize("pm_card_visa");
            provider.cancel(PAYMENT);
            assertThat(provider.capture(PAYMENT)).isFalse();
            assertThat(status()).isEqualTo("CANCELED");
            assertThat(provider.retrieve(PAYMENT)).isEqualTo(new Declined("canceled"));
        }

        @Test
        void money_that_was_taken_is_not_let_go() {
            authorize("pm_card_visa");
            provider.capture(PAYMENT);
            provider.cancel(PAYMENT);
            assertThat(status()).isEqualTo("CAPTURED");
        }
    }

    @Nested
    class Giving_back {

        @Test
        void what_was_taken_is_given_back() {
            authorize("pm_card_visa");
            provider.capture(PAYMENT);
            provider.refund(PAYMENT);
            provider.refund(PAYMENT);
            assertThat(status()).isEqualTo("REFUNDED");
            assertThat(provider.capture(PAYMENT)).isFalse();
            assertThat(provider.retrieve(PAYMENT)).isEqualTo(new Declined("refunded"));
        }

        @Test
        void what_was_only_reserved_is_let_go() {
            authorize("pm_card_visa");
            provider.refund(PAYMENT);
            assertThat(status()).isEqualTo("CANCELED");
            assertThat(provider.capture(PAYMENT)).isFalse();
        }

        @Test
        void what_was_declined_stays_so() {
            authorize("pm_card_chargeDeclined");
            provider.refund(PAYMENT);
            provider.cancel(PAYMENT);
            provider.completeAction(PAYMENT);
            assertThat(status()).isEqualTo("DECLINED");
        }

        @Test
        void what_is_being_taken_at_the_same_moment_is_given_back() throws Exception {
            authorize("pm_card_visa");
            try (Connection capturing = database.dataSource().getConnection();
                    ExecutorService other = Executors.newSingleThreadExecutor()) {
                capturing.setAutoCommit(false);
                try (Statement capture = capturing.createStatement()) {
                    assertThat(capture.executeUpdate("UPDATE store.sandbox_payment SET status = 'CAPTURED'"))
                            .isOne();
                }
                Future<?> refund = other.submit(() -> provider.refund(PAYMENT));
                await().until(() -> waitsForARow());
                capturing.commit();
                refund.get();
            }
            assertThat(status()).isEqualTo("REFUNDED");
        }

        private boolean waitsForARow() throws SQLException {
            return database.jdbc()
                    .sql(
                            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                    .query(Boolean.class)
                    .single();
        }
    }
}
