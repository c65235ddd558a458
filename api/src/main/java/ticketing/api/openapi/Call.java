package ticketing.api.openapi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Role;

/** What the document says about one call beyond what its method in the code shows. */
final class Call {

    /** Who may call. */
    enum Token {
        NONE,
        OPTIONAL,
        NEEDED
    }

    /**
     * One way to succeed.
     *
     * @param body the type of the answer, or the name of its schema; absent if it has none
     */
    record Success(String meaning, @Nullable Object body, String mediaType) {}

    final String method;
    final String path;
    final String tag;
    final String id;
    final String summary;
    final Map<Integer, Success> successes = new LinkedHashMap<>();
    final List<ProblemCode> problems = new ArrayList<>();
    Token token = Token.NEEDED;
    String who = "Everybody who is logged in.";
    String text = "";
    boolean roles;
    boolean located;

    private Call(String method, String path, String tag, String id, String summary) {
        this.method = method;
        this.path = path;
        this.tag = tag;
        this.id = id;
        this.summary = summary;
    }

    /** @param call method and path, as in {@code GET /v1/events/{id}} */
    static Call of(String call, String tag, String id, String summary) {
        int space = call.indexOf(' ');
        return new Call(call.substring(0, space), call.substring(space + 1), tag, id, summary);
    }

    Call open() {
        token = Token.NONE;
        who = "Everybody; no token is needed.";
        return this;
    }

    /** Open, and with a token more can be seen. */
    Call openOr(String withToken) {
        token = Token.NONE;
        who = "Everybody; no token is needed. " + withToken;
        return this;
    }

    /** Open only on a condition. */
    Call openIf(String condition) {
        token = Token.OPTIONAL;
        who = condition;
        return this;
    }

    Call by(Role... anyOf) {
        roles = true;
        who = "Who has the role " + Arrays.stream(anyOf).map(Role::name).collect(Collectors.joining(" or ")) + ".";
        return this;
    }

    Call text(String more) {
        text = more;
        return this;
    }

    Call gives(int status, String meaning, Object body) {
        successes.put(status, new Success(meaning, body, "application/json"));
        return this;
    }

    Call gives(int status, String meaning, Object body, String mediaType) {
        successes.put(status, new Success(meaning, body, mediaType));
        return this;
    }

    /** 201 with a Location. */
    Call creates(String meaning, Object body) {
        located = true;
        return gives(201, meaning, body);
    }

    Call givesNothing(int status, String meaning) {
        successes.put(status, new Success(meaning, null, ""));
        return this;
    }

    Call refuses(ProblemCode... codes) {
        problems.addAll(List.of(codes));
        return this;
    }

    /** The path without the names of its parts. */
    static String shape(String method, String path) {
        return method + " " + path.replaceAll("\\{[^}]*}", "{}");
    }

    String shape() {
        return shape(method, path);
    }
}
