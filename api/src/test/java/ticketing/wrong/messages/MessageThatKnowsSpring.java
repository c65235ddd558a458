package ticketing.wrong.messages;

import org.springframework.http.HttpStatus;

record MessageThatKnowsSpring(HttpStatus status) {}
