package ticketing.api.feed;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.feed.Webhooks.Webhook;

/** Webhooks, which administrators make: whoever may have the program call somebody decides where it calls. */
@RestController
@RequestMapping("/v1/webhooks")
class WebhookController {

    /**
     * A webhook that is wanted.
     *
     * @param types which events; absent: all
     * @param from the first position that is wanted; absent: from now on
     */
    record WebhookRequest(
            @Nullable String url,
            @Nullable List<@Nullable String> types,
            @Nullable Long from) {}

    /** @param from absent: where it was */
    record DeliverAgain(@Nullable Long from) {}

    /** All of them. */
    record WebhookList(List<Webhook> webhooks) {}

    private final Webhooks webhooks;

    WebhookController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @PostMapping
    ResponseEntity<Webhook> create(@RequestBody WebhookRequest request) {
        Webhook made = webhooks.create(request.url(), request.types(), request.from());
        return ResponseEntity.created(URI.create("/v1/webhooks/" + made.webhookId()))
                .cacheControl(CacheControl.noStore())
                .body(made);
    }

    @GetMapping
    ResponseEntity<WebhookList> all() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new WebhookList(webhooks.all()));
    }

    @GetMapping("/{id}")
    ResponseEntity<Webhook> one(@PathVariable String id) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(webhooks.get(id));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        webhooks.delete(id);
    }

    @PostMapping("/{id}/replay")
    ResponseEntity<Webhook> replay(
            @PathVariable String id, @RequestBody(required = false) @Nullable DeliverAgain request) {
        return ResponseEntity.accepted()
                .cacheControl(CacheControl.noStore())
                .body(webhooks.replay(id, request == null ? null : request.from()));
    }
}
