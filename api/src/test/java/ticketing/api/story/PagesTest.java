package ticketing.api.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;
import tools.jackson.databind.JsonNode;

/** The pages in a real browser, as buyers and organizers use them. */
class PagesTest extends InBrowsers {

    private static final int MOST_TABS = 120;

    /** Lets requests of this kind arrive, but not their answers, until the connection is said to be there again. */
    private static AtomicBoolean losingAnswers(Page page, String url, String method, int expected) {
        AtomicBoolean connected = new AtomicBoolean();
        page.route(url, route -> {
            if (connected.get() || !route.request().method().equals(method)) {
                route.resume();
                return;
            }
            APIResponse arrived = route.fetch();
            assertThat(arrived.status()).isEqualTo(expected);
            route.abort();
        });
        return connected;
    }

    private JsonNode bookingsOf(String email) {
        return client.get("/v1/bookings", client.login(email, PASSWORD))
                .expect(200)
                .json()
                .path("bookings");
    }

    @Test
    void somebody_finds_an_event_takes_seats_is_declined_pays_and_has_the_tickets() {
        Show show = show(Map.of());
        // The page asks once; what was published a moment ago may take one to be found.
        await().until(() -> client.get("/v1/events/search?keyword=" + name.replace(" ", "%20"))
                .at("/total")
                .equals("1"));
        Page page = browsers.fresh();
        page.navigate("/");
        page.getByRole(AriaRole.COMBOBOX, new GetByRoleOptions().setName("Artist, event"))
                .fill(name);
        button(page, "Search").click();
        page.locator(".card")
                .filter(new Locator.FilterOptions().setHasText(name))
                .getByRole(AriaRole.LINK)
                .click();
        assertThat(heading(page, name)).isVisible();
        assertThat(page.locator(".buy")).containsText("€30.00");
        page.getByText("Choose seats").click();
        openRow(page, "R1");
        seat(page, 4).click();
        seat(page, 5).click();
        assertThat(page.locator(".basket")).containsText("Stalls, row R1, seat 4");
        assertThat(page.locator(".hold-button")).hasText("Hold 2 seats · €99.00");
        page.locator(".hold-button").click();

        // Not logged in yet: after making an account it goes on where it stood.
        page.getByText("Make an account").click();
        page.getByLabel("Name").fill("Anna");
        page.getByLabel("E-mail").fill("a" + UUID.randomUUID() + "@example.com");
        page.getByLabel("Password").fill(PASSWORD);
        button(page, "Make my account").click();
        assertThat(page.locator(".countdown")).containsText("left to pay");
        assertThat(page).hasURL(Pattern.compile("/bookings/"));
        assertThat(page.locator(".order")).containsText("€99.00");

        page.locator("input[value=pm_card_chargeDeclinedInsufficientFunds]").check();
        button(page, "Pay €99.00").click();
        assertThat(page.getByRole(AriaRole.ALERT).filter(new Locator.FilterOptions().setHasText("declined")))
                .containsText("not enough money");
        assertThat(client.counts(show)).isEqualTo("38 available, 2 held, 0 sold");

        page.locator("input[value=pm_card_authenticationRequired]").check();
        button(page, "Pay €99.00").click();
        button(page, "Yes, it is me").click();
        assertThat(heading(page, "You are going!")).isVisible();
        assertThat(client.counts(show)).isEqualTo("38 available, 0 held, 2 sold");
        page.getByText("See my tickets").click();
        assertThat(page.locator(".stub")).containsText(name);
        assertThat(page.locator(".stub-seats li")).hasCount(2);

        button(page, "Log out").click();
        page.navigate("/tickets");
        assertThat(heading(page, "Log in")).isVisible();
    }

    @Test
    void a_seat_that_goes_is_told_before_the_click_and_as_good_ones_are_offered() {
        Show show = show(Map.of());
        Page slow = browsers.fresh();
        login(slow, newAccount());
        openSeats(slow, show);
        openRow(slow, "R2");
        seat(slow, 5).click();
        seat(slow, 6).click();

        Page fast = browsers.fresh();
        login(fast, newAccount());
        openSeats(fast, show);
        openRow(fast, "R2");
        seat(fast, 6).click();
        fast.locator(".hold-button").click();
        assertThat(fast.locator(".countdown")).isVisible();

        assertThat(slow.locator(".lost")).containsText("Stalls, row R2, seat 6 has just gone");
        assertThat(slow.locator(".lost")).containsText("Stalls, row R2, seat 4; Stalls, row R2, seat 5");
        slow.getByText("Take them").click();
        slow.locator(".hold-button").click();
        assertThat(slow.locator(".order")).containsText("seat 4");
        assertThat(client.counts(show)).isEqualTo("37 available, 3 held, 0 sold");
    }

    @Test
    void what_is_offered_instead_is_still_free_when_it_is_taken() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        openRow(page, "R2");
        seat(page, 5).click();
        seat(page, 6).click();
        Person other = client.newBuyer();
        client.hold(other, show, 15);
        assertThat(page.locator(".lost")).containsText("Stalls, row R2, seat 4; Stalls, row R2, seat 5");
        client.hold(other, show, 13);
        assertThat(page.locator(".lost")).containsText("Stalls, row R1, seat 5; Stalls, row R1, seat 6");
        page.getByText("Take them").click();
        page.locator(".hold-button").click();
        assertThat(page.locator(".order")).containsText("R1 seat 5");
        assertThat(page.locator(".order")).containsText("R1 seat 6");
    }

    @Test
    void what_goes_to_oneself_is_not_told_as_lost() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        openRow(page, "R2");
        seat(page, 5).click();
        // The answer is on its way for longer than the news that the seat is held.
        AtomicBoolean connected = losingAnswers(page, "**/v1/bookings", "POST", 201);
        page.locator(".hold-button").click();
        assertThat(page.locator(".row-button").nth(1)).containsText("9 of 10 left");
        assertThat(page.locator(".lost")).hasCount(0);
        assertThat(page.locator(".picked li")).hasCount(1);
        connected.set(true);
        assertThat(page.locator(".countdown")).isVisible();
    }

    @Test
    void the_best_seats_are_held_at_one_tap_also_if_one_has_to_log_in_first() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        openSeats(page, show);
        page.locator(".best").getByLabel("One more").click();
        page.locator("select[name=section]").selectOption("Floor");
        button(page, "Hold best seats").click();
        page.getByLabel("E-mail").fill(newAccount());
        page.getByLabel("Password").fill(PASSWORD);
        page.keyboard().press("Enter");
        assertThat(page.locator(".countdown")).isVisible();
        assertThat(page.locator(".order-seats li")).hasCount(3);
        assertThat(page.locator(".order-seats li").first()).containsText("Floor standing");
    }

    @Test
    void a_hold_warns_when_a_minute_is_left_and_not_before() {
        Show show = show(Map.of("holdSeconds", 64));
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        button(page, "Hold best seats").click();
        assertThat(page.locator(".countdown")).not().hasClass(Pattern.compile("soon"));
        Page other = page.context().newPage();
        other.navigate("/");
        assertThat(other.locator(".hold-bar")).isVisible();
        assertThat(page.locator(".countdown")).hasClass(Pattern.compile("soon"));
        assertThat(page.locator("[role=timer]")).hasText(Pattern.compile("1:00|0:5[789]"));
        assertThat(page.locator("#say-now")).hasText(Pattern.compile("^\\d\\d seconds left to pay.$"));
        assertThat(other.locator(".hold-bar")).hasClass(Pattern.compile("soon"));
        assertThat(other.locator("#say-now")).hasText("One minute left to pay for " + name + ".");
    }

    @Test
    void a_race_that_is_lost_at_the_click_ends_with_seats_as_good() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        login(page, newAccount());
        // A feed that stands still after its first message, as a slow network's may.
        page.routeWebSocket(Pattern.compile("/seats/live"), socket -> {
            WebSocketRoute server = socket.connectToServer();
            AtomicInteger frames = new AtomicInteger();
            server.onMessage(frame -> {
                if (frames.getAndIncrement() == 0) {
                    socket.send(frame.binary());
                }
            });
        });
        openSeats(page, show);
        openRow(page, "R1");
        seat(page, 9).click();
        seat(page, 10).click();
        client.hold(client.newBuyer(), show, 9);
        page.locator(".hold-button").click();
        assertThat(page.locator(".lost")).containsText("Stalls, row R1, seat 10 has just gone");
        page.getByText("Take them").click();
        page.locator(".hold-button").click();
        assertThat(page.locator(".order")).containsText("R1 seat 8");
        assertThat(page.locator(".order")).containsText("R1 seat 9");
    }

    @Test
    void a_gap_in_the_feed_is_mended() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger frames = new AtomicInteger();
        page.routeWebSocket(Pattern.compile("/seats/live"), socket -> {
            boolean first = connections.getAndIncrement() == 0;
            // The first connection loses its second message.
            socket.connectToServer().onMessage(frame -> {
                if (!first || frames.getAndIncrement() != 1) {
                    socket.send(frame.binary());
                }
            });
        });
        openSeats(page, show);
        openRow(page, "R1");
        Person buyer = client.newBuyer();
        client.hold(buyer, show, 0);
        page.waitForCondition(() -> frames.get() == 2);
        assertThat(seat(page, 1)).not().hasAttribute("aria-disabled", "true");
        client.hold(buyer, show, 1);
        assertThat(seat(page, 1)).hasAttribute("aria-disabled", "true");
        assertThat(seat(page, 2)).hasAttribute("aria-disabled", "true");
        assertThat(connections.get()).isEqualTo(2);
    }

    @Test
    void what_is_not_known_yet_is_not_said_to_be_none() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        // A feed that says nothing for as long as it is not let go.
        List<WebSocketRoute> silent = new ArrayList<>();
        page.routeWebSocket(Pattern.compile("/seats/live"), silent::add);
        page.addInitScript("""
                window.drawn = new Set();
                const fillText = CanvasRenderingContext2D.prototype.fillText;
                CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
                  window.drawn.add(text.replace(/[\\u2066-\\u2069]/g, ''));
                  fillText.call(this, text, ...at);
                };""");
        page.navigate("/events/" + show.id() + "/seats");
        openRow(page, "R1");
        assertThat(page.locator(".live")).hasText("Connecting…");
        assertThat(page.locator("seat-list")).not().containsText("none left");
        assertThat(page.locator("seat-list")).not().containsText("0 left");
        assertThat(seat(page, 1)).hasAttribute("aria-label", "Seat 1, €49.50, not known yet");
        page.waitForFunction("() => window.drawn.has('Floor')");
        assertThat(page.evaluate("() => ['full', 'none left', '0 standing'].filter(text => window.drawn.has(text))"))
                .isEqualTo(List.of());
        // Playwright does not click on what is disabled; somebody may.
        seat(page, 1).dispatchEvent("click");
        assertThat(page.locator(".picked li")).hasCount(0);

        page.waitForCondition(() -> !silent.isEmpty());
        WebSocketRoute socket = silent.getFirst();
        socket.connectToServer().onMessage(frame -> socket.send(frame.binary()));
        assertThat(page.locator(".section-button").first()).containsText("30 left");
        assertThat(seat(page, 1)).hasAttribute("aria-label", "Seat 1, €49.50, available");
        page.waitForFunction("() => window.drawn.has('10 standing')");
    }

    @Test
    void a_network_that_blocks_sockets_gets_the_seats_as_server_sent_events() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        page.routeWebSocket(Pattern.compile("/seats/live"), WebSocketRoute::close);
        openSeats(page, show);
        openRow(page, "R1");
        client.hold(client.newBuyer(), show, 0);
        assertThat(seat(page, 1)).hasAttribute("aria-disabled", "true");
    }

    @Test
    void a_hold_warns_and_runs_out_on_the_screen() {
        Show show = show(Map.of("holdSeconds", 8));
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        openRow(page, "R3");
        seat(page, 1).click();
        page.locator(".hold-button").click();
        assertThat(page.locator(".countdown")).containsText("Less than a minute");
        assertThat(page.locator("#say-now")).containsText("left to pay");
        assertThat(heading(page, "The hold has run out")).isVisible();
        page.getByText("Choose again").click();
        assertThat(page.locator(".basket")).containsText("Stalls, row R3, seat 1");
        assertThat(page.locator(".hold-button")).isEnabled();
    }

    @Test
    void a_reload_in_the_middle_repeats_nothing_and_loses_nothing() {
        Show show = show(Map.of());
        String email = newAccount();
        Page page = browsers.fresh();
        login(page, email);
        openSeats(page, show);
        openRow(page, "R1");
        seat(page, 1).click();
        // The reservation arrives, its answer does not; meanwhile the buyer gets impatient and reloads.
        AtomicBoolean connected = losingAnswers(page, "**/v1/bookings", "POST", 201);
        page.locator(".hold-button").click();
        assertThat(page.locator(".hold-button")).containsText("Holding");
        page.waitForCondition(() -> bookingsOf(email).size() == 1);
        connected.set(true);
        page.reload();
        assertThat(page.locator(".countdown")).isVisible();
        assertThat(bookingsOf(email)).hasSize(1);

        // The same with the payment.
        connected = losingAnswers(page, "**/confirm", "PUT", 200);
        button(page, "Pay €49.50").click();
        page.waitForCondition(
                () -> bookingsOf(email).path(0).path("status").asString().equals("CONFIRMED"));
        connected.set(true);
        page.reload();
        assertThat(heading(page, "You are going!")).isVisible();
        assertThat(client.counts(show)).isEqualTo("39 available, 0 held, 1 sold");
        assertThat(bookingsOf(email)).hasSize(1);
    }

    @Test
    void a_hold_is_there_in_another_tab_after_going_back_and_after_a_lost_connection() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        button(page, "Hold best seats").click();
        assertThat(page.locator(".countdown")).isVisible();
        Page second = page.context().newPage();
        second.navigate("/");
        assertThat(second.locator(".hold-bar")).containsText("2 seats held for " + name);

        page.goBack();
        assertThat(page.locator(".hold-bar")).containsText("2 seats held");
        assertThat(page.locator(".legend")).containsText("Yours");
        page.context().setOffline(true);
        assertThat(page.locator(".live.off")).isVisible();
        page.context().setOffline(false);
        page.locator(".hold-bar").click();
        assertThat(page.locator(".countdown")).isVisible();

        // Given back in one tab, it is gone in the other.
        page.getByText("Give the seats back").click();
        assertThat(page).hasURL(Pattern.compile("/seats$"));
        assertThat(second.locator(".hold-bar")).hasCount(0);
        assertThat(client.counts(show)).isEqualTo("40 available, 0 held, 0 sold");
    }

    @Test
    void an_organizer_makes_a_venue_and_sells_it() {
        String email = newAccount();
        Person admin = client.admin();
        Person account = client.login(email, PASSWORD);
        client.put("/v1/users/" + account.userId() + "/roles", admin, Map.of("roles", List.of("ORGANIZER")))
                .expect(200);
        Page page = browsers.fresh();
        login(page, email);
        page.getByText("Organize").click();
        page.getByText("New venue").click();
        page.getByLabel("Name").first().fill("Harbour Stage");
        page.getByLabel("Street and number").fill("2 Quay");
        page.getByLabel("City").fill("Lisbon");
        page.getByLabel("Country").fill("pt");
        page.getByLabel("Latitude").fill("38.71");
        page.getByLabel("Longitude").fill("-9.14");
        page.getByLabel("Time zone").selectOption("Europe/Lisbon");
        page.getByLabel("Rows", new Page.GetByLabelOptions().setExact(true)).fill("4");
        page.getByLabel("Seats in each").fill("10");
        button(page, "Make these rows").click();
        page.getByLabel("Wheelchair places of row A").fill("1, 2");
        button(page, "Add standing places").click();
        page.getByLabel("How many may stand").fill("50");
        assertThat(page.locator(".head-row").filter(new Locator.FilterOptions().setHasText("90 places")))
                .isVisible();
        button(page, "Save the venue").click();
        assertThat(page.getByText("Harbour Stage")).isVisible();

        page.getByText("New performer").click();
        page.getByLabel("Name").fill("The Gulls");
        button(page, "Save").click();
        page.getByText("New event").click();
        page.getByLabel("Name").fill(name);
        page.getByLabel("The Gulls").check();
        page.locator("#startsAt").fill("2035-07-01T20:30");
        page.getByLabel("Stalls").fill("25.00");
        page.getByLabel("Floor").fill("15.00");
        button(page, "Save as a draft").click();
        assertThat(page.getByText("Only you see this draft")).isVisible();
        button(page, "Publish").click();
        button(page, "Yes, publish it now").click();
        assertThat(page.getByText("everybody can find it")).isVisible();

        String id = page.url().substring(page.url().lastIndexOf('/') + 1);
        JsonNode event = client.get("/v1/events/" + id).expect(200).json();
        // Half past eight in Lisbon's summer.
        assertThat(event.path("startsAt").asString()).isEqualTo("2035-07-01T19:30:00Z");
        assertThat(event.at("/venue/address/country").asString()).isEqualTo("PT");
        assertThat(event.at("/performers/0/name").asString()).isEqualTo("The Gulls");
        Show show = new Show(id, account);
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, show, 0, 40), "pm_card_visa").expect(200);
        assertThat(page.locator(".figures")).containsText("€40.00");
        page.navigate("/organize");
        assertThat(page.locator("tr").filter(new Locator.FilterOptions().setHasText(name)))
                .containsText("2 of 90");
        // Whoever leaves the list open sees the sales go on.
        client.pay(buyer, client.hold(buyer, show, 1), "pm_card_visa").expect(200);
        assertThat(page.locator("tr").filter(new Locator.FilterOptions().setHasText(name)))
                .containsText("3 of 90");

        Page phone = browsers.phone();
        login(phone, email);
        phone.navigate("/organize");
        BoundingBox income = phone.locator("td.number").first().boundingBox();
        assertThat(income.x + income.width).isLessThanOrEqualTo(390);
    }

    @Test
    void the_whole_purchase_can_be_done_with_the_keyboard_alone() {
        Show show = show(Map.of());
        String email = newAccount();
        Page page = browsers.fresh();
        page.navigate("/");
        assertThat(page.locator(".card h2").first()).isVisible();
        tabTo(page, "a[href^='/login']");
        page.keyboard().press("Enter");
        tabTo(page, "#email");
        page.keyboard().type(email);
        tabTo(page, "#password");
        page.keyboard().type(PASSWORD);
        page.keyboard().press("Enter");
        assertThat(page.locator(".user")).isVisible();

        tabTo(page, "#keyword");
        page.keyboard().type(name);
        page.keyboard().press("Enter");
        assertThat(page.locator(".card")).hasCount(1);
        tabTo(page, ".card a");
        page.keyboard().press("Enter");
        assertThat(heading(page, name)).isVisible();
        assertThat(page.getByText("Choose seats")).isVisible();
        tabTo(page, ".buy .button");
        page.keyboard().press("Enter");
        assertThat(page.locator(".live.on")).isVisible();
        tabTo(page, ".section-button");
        page.keyboard().press("Enter");
        assertThat(page.locator(".row-button").first()).isVisible();
        tabTo(page, ".row-button");
        page.keyboard().press("Enter");
        assertThat(page.locator(".row-seats")).isVisible();
        tabTo(page, ".row-seats .seat");
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Space");
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Space");
        assertThat(page.locator(".picked li")).hasCount(2);
        tabTo(page, ".hold-button");
        page.keyboard().press("Enter");
        assertThat(page.locator(".countdown")).isVisible();
        tabTo(page, "input[name=card]");
        page.keyboard().press("ArrowDown");
        assertThat(page.locator("input[value=pm_card_mastercard]")).isChecked();
        tabTo(page, ".form .button");
        page.keyboard().press("Enter");
        assertThat(heading(page, "You are going!")).isVisible();
        tabTo(page, "main .button");
        page.keyboard().press("Enter");
        assertThat(page.locator(".stub-seats li")).hasCount(2);
        assertThat(client.counts(show)).isEqualTo("38 available, 0 held, 2 sold");
    }

    /** Presses Tab until the focus is on what matches. */
    private static void tabTo(Page page, String selector) {
        for (int i = 0; i < MOST_TABS; i++) {
            page.keyboard().press("Tab");
            if (Boolean.TRUE.equals(page.evaluate("selector => document.activeElement.matches(selector)", selector))) {
                return;
            }
        }
        throw new AssertionError("Tab never comes to " + selector + " on " + page.url());
    }

    @Test
    void somebody_elsewhere_is_told_the_venues_time_and_their_own() {
        Show show = show(Map.of("startsAt", "2035-01-10T19:30:00Z", "onSaleAt", "2034-12-01T08:00:00Z"));
        Page page = browsers.in("America/New_York");
        String there = "20:30 Berlin time · 10 Jan, 14:30 where you are";
        page.navigate("/events/" + show.id());
        assertThat(page.locator(".facts")).containsText("Wednesday, 10 January 2035, " + there);
        assertThat(page.locator(".buy")).containsText("On sale from Fri, 1 Dec 2034, 09:00 Berlin time · 1 Dec, 03:00");
        page.navigate("/events/" + show.id() + "/seats");
        assertThat(page.locator(".seats-head")).containsText("Wed, 10 Jan 2035, " + there);
        Page here = browsers.fresh();
        here.navigate("/events/" + show.id() + "/seats");
        assertThat(here.locator(".seats-head")).containsText("20:30 Berlin time");
        assertThat(here.locator(".seats-head")).not().containsText("where you are");
    }

    @Test
    void a_seat_is_taken_by_a_click_on_the_map() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        openSeats(page, show);
        Locator map = page.locator("seat-map");
        double x = ((Number) map.evaluate("map => map.screenOf(4).x")).doubleValue();
        double y = ((Number) map.evaluate("map => map.screenOf(4).y")).doubleValue();
        map.click(new Locator.ClickOptions().setPosition(x, y));
        assertThat(page.locator(".basket")).containsText("Stalls, row R1, seat 5");
        client.hold(client.newBuyer(), show, 4);
        assertThat(page.locator(".lost")).containsText("Stalls, row R1, seat 5 has just gone");
    }

    @Test
    void no_page_has_a_grave_barrier_in_light_or_dark() {
        Show show = show(Map.of("holdSeconds", 900));
        String email = newAccount();
        List<String> paths = everyPage(newBoth(email), show);
        List<String> barriers = new ArrayList<>();
        Page page = browsers.fresh();
        for (String path : List.of("/login", "/register")) {
            page.navigate(path);
            assertThat(page.locator("h1")).isVisible();
            barriers.addAll(Browsers.barriers(page));
        }
        login(page, email);
        for (String path : paths) {
            visit(page, path);
            if (path.endsWith("/seats")) {
                openRow(page, "R2");
                seat(page, 3).click();
            }
            barriers.addAll(Browsers.barriers(page));
        }
        assertThat(barriers).isEmpty();
    }

    @Test
    void nothing_is_wider_than_a_phone() {
        String email = newAccount();
        List<String> paths = everyPage(newBoth(email), show(Map.of()));
        Page page = browsers.phone();
        login(page, email);
        List<String> wide = new ArrayList<>();
        for (String path : paths) {
            visit(page, path);
            wide.addAll(tooWide(page));
        }
        assertThat(wide).isEmpty();
    }

    @Test
    void a_barrier_would_be_found() {
        Page page = browsers.fresh();
        page.navigate("/login");
        assertThat(heading(page, "Log in")).isVisible();
        page.evaluate("() => document.querySelector('label').remove()");
        assertThat(Browsers.barriers(page)).singleElement().asString().contains("label");
    }

    @Test
    void files_of_the_pages_are_kept_for_ever_and_the_page_runs_no_script_but_ours() {
        Client.Answer document = client.get("/events/any/seats").expect(200);
        assertThat(document.header("Content-Type")).startsWith("text/html");
        assertThat(document.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("script-src 'self';")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(document.header("Cache-Control")).contains("no-cache");
        String script = document.text().replaceAll("(?s).*src=\"([^\"]+/app.js)\".*", "$1");
        Client.Answer file = client.get(script).expect(200);
        assertThat(file.header("Cache-Control")).contains("immutable").contains("max-age=31536000");
        assertThat(client.get(script.replace("app.js", "vendor/lit-html/lit-html.js"))
                        .expect(200)
                        .text())
                .contains("litHtmlVersions");
        assertThat(client.send("GET", "/", null, null, "If-None-Match", document.header("ETag"))
                        .status())
                .isEqualTo(304);
        assertThat(client.post("/events/any/seats", null, Map.of()).status()).isIn(401, 405);
    }

    @Test
    void an_organizer_plays_an_on_sale_back() {
        String email = newAccount();
        Person owner = client.login(email, PASSWORD);
        client.put("/v1/users/" + owner.userId() + "/roles", client.admin(), Map.of("roles", List.of("ORGANIZER")))
                .expect(200);
        organizer = client.login(email, PASSWORD);
        Show show = show(Map.of());
        Person buyer = client.newBuyer();
        client.pay(buyer, client.hold(buyer, show, 0, 1), "pm_card_visa").expect(200);
        client.hold(buyer, show, 5);

        Page page = browsers.fresh();
        login(page, email);
        page.navigate("/organize/events/" + show.id());
        page.getByText("Playback", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(heading(page, "Playback of " + name)).isVisible();
        // Before anything was sold.
        assertThat(page.locator(".figure strong")).hasText(new String[] {"0", "0", "40"});
        assertThat(page.locator("[data-chart] canvas")).hasCount(4);
        assertThat(browsers.faults()).isEmpty();
        assertThat(Browsers.barriers(page)).isEmpty();

        page.getByLabel("Moment", new Page.GetByLabelOptions().setExact(true)).press("End");
        assertThat(page.locator(".figure strong")).hasText(new String[] {"2", "1", "37"});
        page.getByLabel("Moment", new Page.GetByLabelOptions().setExact(true)).press("Home");
        assertThat(page.locator(".figure strong")).hasText(new String[] {"0", "0", "40"});
        page.getByLabel("Speed").selectOption("3600");
        button(page, "Play").click();
        assertThat(page.locator(".figure strong")).hasText(new String[] {"2", "1", "37"});
        assertThat(button(page, "Play")).isVisible();
    }

    @Test
    void an_analyst_has_a_read_model_built_anew() {
        String email = newAccount();
        Person analyst = client.login(email, PASSWORD);
        client.put("/v1/users/" + analyst.userId() + "/roles", client.admin(), Map.of("roles", List.of("ANALYST")))
                .expect(200);
        show(Map.of());

        Page page = browsers.fresh();
        login(page, email);
        page.navigate("/organize/projections");
        assertThat(heading(page, "Read models")).isVisible();
        Locator row = page.locator("tr").filter(new Locator.FilterOptions().setHasText("seat-view"));
        assertThat(Browsers.barriers(page)).isEmpty();
        row.getByRole(AriaRole.BUTTON).click();
        assertThat(row.getByRole(AriaRole.BUTTON)).hasText("Yes, build it anew");
        row.getByRole(AriaRole.BUTTON).click();
        assertThat(row).containsText("done");
    }
}
