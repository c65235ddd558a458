package ticketing.command.payment;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/**
 * What is there only while the sandbox is the payment provider, as it is unless {@code ticketing.payment.provider} names another. Another provider is a bean that
 * implements {@link PaymentProvider} under another value of that property.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnProperty(name = "ticketing.payment.provider", havingValue = "sandbox", matchIfMissing = true)
@interface ConditionalOnSandbox {}
