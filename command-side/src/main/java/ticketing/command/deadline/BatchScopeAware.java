package ticketing.command.deadline;

import java.util.List;
import org.axonframework.deadline.DeadlineMessage;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.ScopeDescriptor;

/** Somebody who takes many deadlines that are due together at once, which is cheaper than one after another. */
public interface BatchScopeAware extends ScopeAware {

    /**
     * Deals with as many of these as it can at once, and quickly.
     *
     * @return those that are to be sent once more by themselves
     * @throws Exception if nothing is known of any; then each is sent by itself
     */
    List<DeadlineMessage<?>> sendAll(List<DeadlineMessage<?>> deadlines, ScopeDescriptor scope) throws Exception;
}
