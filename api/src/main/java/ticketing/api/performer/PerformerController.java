package ticketing.api.performer;

import jakarta.validation.Valid;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Cacheable;
import ticketing.api.Dispatch;
import ticketing.api.Visibility;
import ticketing.api.id.NewId;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.Caller;
import ticketing.api.security.Role;
import ticketing.messages.performer.PerformerCommand.AddPerformer;
import ticketing.messages.performer.PerformerCommand.RevisePerformer;
import ticketing.messages.performer.PerformerId;
import ticketing.messages.performer.PerformerOf;
import ticketing.messages.performer.PerformerOf.Performer;

/** Performers: organizers write them, everybody reads them. */
@RestController
@RequestMapping("/v1/performers")
class PerformerController {

    private static final String READ_MODEL = "catalogue";

    private final Dispatch dispatch;
    private final Visibility visibility;
    private final Cacheable cacheable;

    PerformerController(Dispatch dispatch, Visibility visibility, Cacheable cacheable) {
        this.dispatch = dispatch;
        this.visibility = visibility;
        this.cacheable = cacheable;
    }

    @PostMapping
    ResponseEntity<Performer> add(@RequestBody @Valid PerformerRequest request, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        PerformerId id = new PerformerId(NewId.next());
        dispatch.send(new AddPerformer(id, caller.id(), request.details()));
        return ResponseEntity.created(URI.create("/v1/performers/" + id)).body(written(id));
    }

    @PutMapping("/{id}")
    Performer revise(@PathVariable PerformerId id, @RequestBody @Valid PerformerRequest request, Caller caller) {
        caller.requireAny(Role.ORGANIZER, Role.ADMIN);
        dispatch.send(new RevisePerformer(id, caller.id(), caller.isAdmin(), request.details()));
        return written(id);
    }

    @GetMapping("/{id}")
    ResponseEntity<Performer> get(@PathVariable PerformerId id, @Nullable Caller caller) {
        Performer performer = dispatch.ask(new PerformerOf(id), Performer.class)
                .orElseThrow(() -> new Problem(ProblemCode.PERFORMER_NOT_FOUND, "There is no such performer."));
        return cacheable.changing(performer, caller);
    }

    private Performer written(PerformerId id) {
        return visibility.written(
                "performerId", id, () -> dispatch.ask(new PerformerOf(id), Performer.class), READ_MODEL);
    }
}
