package ticketing.api.problem;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * Thrown by whatever answers a request to refuse it; becomes the problem document of its code. Without a stack trace: a refusal is an answer, not a
 * fault.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String detail;
    private final transient Map<String, Object> fields;
    private final transient HttpHeaders headers;

    /** @param detail one sentence for a person about this very refusal; names nothing of the program's inside */
    public Problem(ProblemCode code, String detail) {
        this(code, detail, Map.of(), HttpHeaders.EMPTY);
    }

    private Problem(ProblemCode code, String detail, Map<String, Object> fields, HttpHeaders headers) {
        super(code.code() + ": " + detail, null, false, false);
        this.code = code;
        this.detail = detail;
        this.fields = fields;
        this.headers = headers;
    }

    /** 400 {@code validation-failed} for one field or parameter. */
    public static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldError(field, message)));
    }

    /** 400 {@code validation-failed} for one field, told in a sentence that has its own subject. */
    public static Problem wrong(String field, String sentence) {
        Problem problem = invalid(field, sentence);
        return new Problem(
                problem.code, field.isEmpty() ? sentence : field + ": " + sentence, problem.fields, problem.headers);
    }

    /** 400 {@code validation-failed} for several fields; at most 100 of them are told. */
    public static Problem invalid(List<FieldError> errors) {
        List<FieldError> told = errors.size() > 100 ? errors.subList(0, 100) : errors;
        String detail = told.size() == 1
                ? (told.getFirst().field() + " " + told.getFirst().message()).strip()
                : "Several fields are not valid.";
        return new Problem(ProblemCode.VALIDATION_FAILED, detail).with("errors", List.copyOf(told));
    }

    /** The same problem with one more member in its document. */
    public Problem with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Problem(code, detail, Collections.unmodifiableMap(more), headers);
    }

    /** The same problem with one more header on its answer. */
    public Problem withHeader(String name, String value) {
        HttpHeaders more = new HttpHeaders();
        headers.forEach((key, values) -> more.put(key, new ArrayList<>(values)));
        more.add(name, value);
        return new Problem(code, detail, fields, more);
    }

    public ProblemCode code() {
        return code;
    }

    public String detail() {
        return detail;
    }

    /** The members beside the standard ones, for example {@code ticketIds}. */
    public Map<String, Object> fields() {
        return fields;
    }

    /** Headers that belong on the answer, for example Retry-After. */
    public HttpHeaders headers() {
        return headers;
    }

    /** The document, in the order in which a person wants to read it. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", code.type());
        document.put("title", code.title());
        document.put("status", code.status());
        document.put("detail", detail);
        document.put("code", code.code());
        fields.forEach(document::putIfAbsent);
        return document;
    }

    /**
     * One thing that is wrong with the request.
     *
     * @param field the path of the field, for example {@code sections[0].rows}, or the name of a parameter or header
     */
    public record FieldError(String field, String message) {}
}
