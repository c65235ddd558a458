package ticketing.command.payment;

import org.axonframework.common.AxonTransientException;

/** More payments and refunds are under way than can be at once. Nothing was begun; trying again later can help. */
final class TooManyPaymentsException extends AxonTransientException {

    private static final long serialVersionUID = 1L;

    TooManyPaymentsException() {
        super("Too many payments are under way");
    }
}
