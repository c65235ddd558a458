package ticketing.api.pages;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import ticketing.api.Cacheable;
import ticketing.api.security.PublicPaths;

/**
 * One document for the address of every page; which page it is, its modules see from the address. It is the same for everybody, so it may be kept by
 * caches for a moment.
 */
@RestController
@Hidden
class PageController {

    /**
     * Scripts are ours alone and never inline, and no text becomes HTML except through lit-html's templates, which are constants. Connections go to
     * where the page came from, its WebSockets included.
     */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
                    + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types lit-html";

    private static final CacheControl BRIEFLY = CacheControl.noCache().cachePublic();

    private final byte[] document;
    private final String tag;

    PageController(Assets assets) {
        String template = read("pages/index.html");
        this.document = template.replace("{assets}", assets.path()).getBytes(StandardCharsets.UTF_8);
        this.tag = Cacheable.tagOf(document);
    }

    @GetMapping({
        PublicPaths.FIND_PAGE,
        PublicPaths.EVENT_PAGES,
        PublicPaths.BOOKING_PAGES,
        PublicPaths.TICKETS_PAGE,
        PublicPaths.LOGIN_PAGE,
        PublicPaths.REGISTER_PAGE,
        PublicPaths.ORGANIZE_PAGES
    })
    ResponseEntity<byte[]> page() {
        return ResponseEntity.ok()
                .eTag(tag)
                .cacheControl(BRIEFLY)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .header("Content-Security-Policy", POLICY)
                .header("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=()")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .body(document);
    }

    private static String read(String path) {
        try {
            return new ClassPathResource(path).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
