package ticketing.api.projection;

import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.ReadPosition;
import ticketing.api.problem.Problem;
import ticketing.api.problem.ProblemCode;
import ticketing.api.projection.Projection.Progress;
import ticketing.api.projection.Projection.Projections;
import ticketing.projections.replay.Replay;
import ticketing.projections.replay.ReplayRefused;
import ticketing.projections.replay.Replays;

/** How far the read models are, and having one built anew. Who may is decided by the path's rules. */
@RestController
@RequestMapping("/v1/projections")
class ProjectionController {

    /** @param from the position from which on events are taken in once more; absent: all of them, into empty tables */
    record ReplayRequest(@Nullable Long from) {}

    private final Replays replays;
    private final ReadPosition positions;

    ProjectionController(Replays replays, ReadPosition positions) {
        this.replays = replays;
        this.positions = positions;
    }

    @GetMapping
    ResponseEntity<Projections> all() {
        long head = replays.head();
        return fresh(new Projections(
                head, replays.names().stream().map(name -> of(name, head)).toList()));
    }

    @GetMapping("/{name}")
    ResponseEntity<Projection> one(@PathVariable String name) {
        return fresh(known(name));
    }

    @PostMapping("/{name}/replay")
    ResponseEntity<Projection> replay(
            @PathVariable String name, @RequestBody(required = false) @Nullable ReplayRequest request) {
        try {
            replays.begin(name, request == null ? null : request.from());
        } catch (ReplayRefused refused) {
            throw problem(name, refused);
        }
        return ResponseEntity.accepted().cacheControl(CacheControl.noStore()).body(known(name));
    }

    private Problem problem(String name, ReplayRefused refused) {
        return switch (refused.reason()) {
            case UNKNOWN -> notFound();
            case FROM ->
                Problem.invalid(
                        "from", "lies between 1 and " + (replays.head() + 1) + ", the position after the last event's");
            case RUNNING ->
                new Problem(ProblemCode.REPLAY_RUNNING, "A replay of " + name + " is under way.")
                        .with("replay", Progress.of(replays.of(name).orElseThrow()));
        };
    }

    private Projection known(String name) {
        if (!replays.names().contains(name)) {
            throw notFound();
        }
        return of(name, replays.head());
    }

    private Problem notFound() {
        return new Problem(
                ProblemCode.PROJECTION_NOT_FOUND,
                "No read model has this name; there are " + String.join(", ", replays.names()) + ".");
    }

    private Projection of(String name, long head) {
        long position = Math.min(head, positions.of(name));
        Replay replay = replays.of(name).orElse(null);
        return new Projection(name, position, head - position, replay == null ? null : Progress.of(replay));
    }

    private static <T> ResponseEntity<T> fresh(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
