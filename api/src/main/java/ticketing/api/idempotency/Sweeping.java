package ticketing.api.idempotency;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Lets records grow old and be forgotten. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class Sweeping {}
