package ticketing.api.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.LoadState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/**
 * Draws the pictures in docs/screenshots anew, from the demo season: {@code ./mvnw -pl api -am test -Dtest=ScreenshotsTest -Dscreenshots=true
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(named = "screenshots", matches = "true")
@TestPropertySource(properties = "ticketing.demo=true")
@DirtiesContext
class ScreenshotsTest extends Platform {

    private static final Path PICTURES = Path.of("..", "docs", "screenshots");

    @Test
    void all() {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> found("").path("total").asInt() >= 250);
        try (Browsers browsers = Browsers.of(client.address())) {
            Show hall = new Show(eventWith(2000, 2500), client.admin());
            Show theatre = new Show(eventWith(250, 300), client.admin());
            Show arena = new Show(eventWith(15_000, 20_000), client.admin());
            aLivelySale(hall, 2500, 60);
            aLivelySale(theatre, 160, 10);
            Page desk = browsers.fresh();
            desk.setViewportSize(1060, 680);
            desk.navigate("/");
            assertThat(desk.locator(".card h2").first()).isVisible();
            take(desk, "find-desk");
            desk.setViewportSize(1280, 800);
            login(desk, "buyer1@demo.example", "demo-buyer-1");
            pay(desk, theatre);
            desk.setViewportSize(1100, 700);
            desk.navigate("/events/" + hall.id() + "/seats");
            assertThat(desk.locator(".live.on")).isVisible();
            desk.locator(".section-button")
                    .filter(new Locator.FilterOptions().setHasText("Balcony Centre"))
                    .click();
            desk.locator(".row-button").nth(1).click();
            desk.locator(".row-seats .seat:not([aria-disabled])").nth(8).click();
            desk.locator(".row-seats .seat:not([aria-disabled])").nth(9).click();
            assertThat(desk.locator(".picked li")).hasCount(2);
            desk.locator(".basket").scrollIntoViewIfNeeded();
            desk.mouse().move(400, 80);
            take(desk, "seats-desk");
            desk.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            desk.locator("[aria-label=Everything]").click();
            take(desk, "seats-desk-dark");
            desk.setViewportSize(840, 540);
            desk.navigate("/events/" + arena.id());
            assertThat(desk.locator(".buy")).isVisible();
            take(desk, "event-desk-dark");

            Page phone = browsers.phone();
            login(phone, "buyer2@demo.example", "demo-buyer-2");
            phone.navigate("/events/" + hall.id() + "/seats");
            assertThat(phone.locator(".live.on")).isVisible();
            take(phone, "seats-phone");
            phone.getByText("Hold best seats").click();
            assertThat(phone.locator(".countdown")).isVisible();
            take(phone, "pay-phone");

            Page organizer = browsers.fresh();
            login(organizer, "organizer@demo.example", "demo-organizer-1");
            organizer.navigate("/organize/venues/new");
            assertThat(organizer.locator("seat-map canvas")).isVisible();
            take(organizer, "venue-desk");

            Page analyst = browsers.fresh();
            login(analyst, "analyst@demo.example", "demo-analyst-1");
            analyst.setViewportSize(1180, 1320);
            analyst.navigate("/organize/events/" + hall.id() + "/playback");
            assertThat(analyst.locator("seat-map canvas")).isVisible();
            assertThat(analyst.locator("[data-chart] canvas")).hasCount(4);
            analyst.getByLabel("Moment", new Page.GetByLabelOptions().setExact(true))
                    .evaluate(
                            "at => { at.value = Number(at.min) + 0.7 * (at.max - at.min); at.dispatchEvent(new Event('input')); }");
            take(analyst, "playback-desk");
            analyst.setViewportSize(1000, 520);
            analyst.navigate("/organize/projections");
            analyst.locator("button[aria-label='Build seat-view anew']").click();
            analyst.getByText("Yes, build it anew").click();
            assertThat(analyst.locator("td").filter(new Locator.FilterOptions().setHasText("done")))
                    .isVisible();
            take(analyst, "read-models-desk");
        }
    }

    private JsonNode found(String query) {
        return client.get("/v1/events/search?sort=date&pageSize=100" + query)
                .expect(200)
                .json();
    }

    private String eventWith(int least, int most) {
        for (JsonNode item : found("").path("items")) {
            int available = item.path("available").asInt();
            if (available >= least && available <= most) {
                return item.path("eventId").asString();
            }
        }
        throw new AssertionError("the season has no such event");
    }

    private void aLivelySale(Show show, int seats, int bookings) {
        for (int i = 0; i < bookings; i++) {
            Person buyer = client.newBuyer();
            int first = (i * 977) % (seats - 8);
            List<String> wanted =
                    show.tickets(IntStream.range(first, first + 2 + i % 5).toArray());
            Client.Answer held = client.book(buyer, show, wanted);
            if (held.status() == 201 && i % 3 != 0) {
                client.pay(buyer, held.at("/bookingId"), "pm_card_visa").expect(200);
            }
        }
    }

    private static void login(Page page, String email, String password) {
        page.navigate("/login");
        page.locator("#email").fill(email);
        page.locator("#password").fill(password);
        page.keyboard().press("Enter");
        assertThat(page.locator(".who .quiet")).hasText("Log out");
    }

    private static void pay(Page page, Show show) {
        page.navigate("/events/" + show.id() + "/seats");
        assertThat(page.locator(".live.on")).isVisible();
        page.getByText("Hold best seats").click();
        page.locator(".form .button").click();
        page.getByText("See my tickets").click();
        assertThat(page.locator(".stub")).isVisible();
        take(page, "tickets-desk");
    }

    private static void take(Page page, String name) {
        page.waitForLoadState(LoadState.NETWORKIDLE);
        // What glides or flashes comes to rest.
        page.waitForTimeout(1_500);
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    }
}
