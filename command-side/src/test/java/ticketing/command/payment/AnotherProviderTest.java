package ticketing.command.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.axonframework.commandhandling.NoHandlerForCommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import ticketing.command.CommandSide;
import ticketing.messages.Money;
import ticketing.messages.booking.BookingCommand.PayBooking;
import ticketing.messages.booking.BookingId;
import ticketing.messages.booking.Payment;
import ticketing.messages.payment.CompleteSandboxPayment;
import ticketing.messages.payment.PaymentId;
import ticketing.messages.payment.PaymentStatus;

/** A payment provider is one class: named in a setting, it takes the sandbox's place. */
@Timeout(120)
class AnotherProviderTest {

    @Test
    void takes_the_sandboxes_place() {
        try (CommandSide side = new CommandSide(Map.of("ticketing.payment.provider", "generous"), Others.class)) {
            BookingId booking = side.hold(side.show(), 1);
            assertThat(side.<Payment>send(new PayBooking(booking, CommandSide.BUYER, "a handshake")))
                    .extracting(Payment::status)
                    .isEqualTo(PaymentStatus.CAPTURED);
            assertThatThrownBy(() -> side.bean(SandboxProvider.class))
                    .isInstanceOf(NoSuchBeanDefinitionException.class);
            assertThatThrownBy(() ->
                            side.send(new CompleteSandboxPayment(new PaymentId(booking + ".p1"), CommandSide.BUYER)))
                    .isInstanceOf(NoHandlerForCommandException.class);
        }
    }

    static class Others {
        @Bean
        @ConditionalOnProperty(name = "ticketing.payment.provider", havingValue = "generous")
        PaymentProvider generous() {
            return new Generous();
        }
    }

    /** Pays for everything itself. */
    private static final class Generous implements PaymentProvider {
        @Override
        public boolean accepts(String paymentMethod) {
            return true;
        }

        @Override
        public String methods() {
            return "any";
        }

        @Override
        public Authorization authorize(PaymentId paymentId, BookingId bookingId, Money amount, String paymentMethod) {
            return new Authorization.Authorized();
        }

        @Override
        public Authorization retrieve(PaymentId paymentId) {
            return new Authorization.Authorized();
        }

        @Override
        public boolean capture(PaymentId paymentId) {
            return true;
        }

        @Override
        public void cancel(PaymentId paymentId) {}

        @Override
        public void refund(PaymentId paymentId) {}
    }
}
