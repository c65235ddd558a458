package ticketing.command.deadline;

import java.util.List;
import org.axonframework.deadline.DeadlineMessage;
import org.axonframework.messaging.ScopeAware;
import org.axonframework.messaging.ScopeDescriptor;

/** Somebody who takes many deadlines that are due together at once, which is cheaper than one after another. */
public interface BatchScopeAware extends ScopeAware {

    /**
     * Deals with all of these.
     *
     * @throws Exception if that cannot be said of every one; then each is sent once more by itself
     */
    void sendAll(List<DeadlineMessage<?>> deadlines, ScopeDescriptor scope) throws Exception;
}
