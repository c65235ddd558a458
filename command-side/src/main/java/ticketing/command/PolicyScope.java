package ticketing.command;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.axonframework.messaging.ScopeDescriptor;
import ticketing.messages.StoredAs;

/**
 * Addresses a deadline to a policy instead of an aggregate: a policy only sends commands, so a deadline may fire on any node and is still decided where
 * every other command for the aggregate is.
 *
 * @param policy the policy's name
 */
@StoredAs("deadline.PolicyScope")
public record PolicyScope(String policy) implements ScopeDescriptor {

    @JsonCreator
    public PolicyScope(@JsonProperty("policy") String policy) {
        this.policy = policy;
    }

    @Override
    public String scopeDescription() {
        return policy;
    }
}
