package ticketing.api.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** The program with a real browser that looks at its pages, and what people do there. */
@Timeout(120)
abstract class InBrowsers extends Platform {

    static final String PASSWORD = "password1";

    private static @Nullable Browsers started;

    @SuppressWarnings("NullAway.Init")
    Browsers browsers;

    @SuppressWarnings("NullAway.Init")
    Person organizer;

    /** A name that no other test's event has. */
    final String name = "Evening " + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void open() {
        if (started == null) {
            started = Browsers.of(client.address());
        }
        browsers = started;
        organizer = client.newPerson("ORGANIZER");
    }

    @AfterEach
    void nothing_went_wrong_inside() {
        assertThat(browsers.faults()).isEmpty();
    }

    @AfterAll
    static void close() {
        if (started != null) {
            started.close();
            started = null;
        }
    }

    /** A stalls of three rows, R1 to R3, of ten seats each, and a floor for ten. */
    Show show(Map<String, ?> more) {
        Map<String, Object> all = new java.util.HashMap<>(Map.of("name", name));
        all.putAll(more);
        return client.newShow(organizer, client.newVenue(organizer, 3, 10, 10), all);
    }

    String newAccount() {
        String email = "p" + UUID.randomUUID() + "@example.com";
        client.post("/v1/users", null, Map.of("email", email, "password", PASSWORD, "name", "Pat Page"))
                .expect(201);
        return email;
    }

    static void login(Page page, String email) {
        page.navigate("/login");
        page.getByLabel("E-mail").fill(email);
        page.getByLabel("Password").fill(PASSWORD);
        page.locator("form").getByRole(AriaRole.BUTTON).click();
        assertThat(button(page, "Log out")).isVisible();
    }

    /** The same who buys and organizes. */
    Person newBoth(String email) {
        Person account = client.login(email, PASSWORD);
        client.put(
                        "/v1/users/" + account.userId() + "/roles",
                        client.admin(),
                        Map.of("roles", List.of("CUSTOMER", "ORGANIZER")))
                .expect(200);
        return client.login(email, PASSWORD);
    }

    /**
     * The addresses of all pages that a buyer and organizer sees, with something on each.
     *
     * @param both of newBoth
     * @param show something to buy, of somebody else
     */
    List<String> everyPage(Person both, Show show) {
        String venue = client.newVenue(both, 2, 5, 10);
        Show own = client.newShow(both, venue, Map.of("name", "Own"));
        Show draft = client.newDraft(both, venue, Map.of("name", "Draft"));
        client.pay(both, client.hold(both, show, 0, 1), "pm_card_visa").expect(200);
        String held = client.hold(both, show, 2);
        return List.of(
                "/",
                "/?keyword=zzqqxxyy",
                "/events/" + show.id(),
                "/events/nothing",
                "/events/" + show.id() + "/seats",
                "/bookings/" + held,
                "/tickets",
                "/organize",
                "/organize/venues/new",
                "/organize/venues/" + venue,
                "/organize/performers/new",
                "/organize/events/new",
                "/organize/events/" + draft.id(),
                "/organize/events/" + own.id());
    }

    /** Goes there and waits until everything is shown. */
    static void visit(Page page, String path) {
        page.navigate(path);
        assertThat(page.locator("[aria-busy=true], .ghost, main [role=status]:text-is('Loading…')"))
                .hasCount(0);
        assertThat(page.locator("h1").first()).isVisible();
        assertThat(page.locator("main :is(form, .stub, .figures, .empty, .buy)").first())
                .isVisible();
    }

    /** What makes the page wider than its window, to either side; empty if nothing does. */
    static List<String> tooWide(Page page) {
        Object wide = page.evaluate("""
                () => {
                  const { scrollWidth, clientWidth } = document.documentElement;
                  return scrollWidth <= clientWidth ? [] : [...document.querySelectorAll('body *')]
                    .filter(element => element.getBoundingClientRect().left < -1 || element.getBoundingClientRect().right > clientWidth + 1)
                    .map(element => `${location.pathname}: ${element.localName}.${element.className} of ${scrollWidth}`).slice(0, 5)
                    .concat(`${location.pathname} is ${scrollWidth} wide`);
                }""");
        return ((List<?>) wide).stream().map(Object::toString).toList();
    }

    static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name));
    }

    static Locator heading(Page page, String name) {
        return page.getByRole(
                AriaRole.HEADING, new GetByRoleOptions().setName(name).setLevel(1));
    }

    static void openSeats(Page page, Show show) {
        page.navigate("/events/" + show.id() + "/seats");
        assertThat(page.getByText("Live", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
    }

    static void openRow(Page page, String row) {
        Locator section = page.locator(".section-button").filter(new Locator.FilterOptions().setHasText("Stalls"));
        if (!"true".equals(section.getAttribute("aria-expanded"))) {
            section.click();
        }
        page.locator(".row-button")
                .filter(new Locator.FilterOptions().setHasText("Row " + row))
                .click();
    }

    static Locator seat(Page page, int label) {
        return page.locator(".row-seats .seat").nth(label - 1);
    }
}
