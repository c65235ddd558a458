package ticketing.api.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ticketing.api.story.Client.Person;
import ticketing.api.story.Client.Show;

/** The pages for those who read from right to left, and for those who hear them. */
class PagesForEverybodyTest extends InBrowsers {

    private static final String HALL = "قاعة النيل";
    private static final String CITY = "القاهرة";
    private static final String STALLS = "الصالة";
    private static final String BALCONY = "الشرفة";
    private static final String NIGHT = "ליל הכוכבים";

    /** What every text of what this matches says, as somebody sees it: from left to right. */
    private static Object fromLeftToRight(Locator line) {
        return line.evaluate("""
                element => {
                  const texts = [];
                  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
                  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    const range = document.createRange();
                    range.selectNodeContents(node);
                    if (node.data.trim() !== '' && range.getBoundingClientRect().width > 0) {
                      texts.push([range.getClientRects()[0], node.data.trim()]);
                    }
                  }
                  const line = 12;
                  return texts.sort(([a], [b]) => Math.abs(a.top - b.top) > line ? a.top - b.top : a.left - b.left).map(([, text]) => text).join('|');
                }""");
    }

    /** A show in a hall whose names are Arabic, called by a Hebrew name and one that no other has. */
    private Show foreignShow() {
        String venue = client.post(
                        "/v1/venues",
                        organizer,
                        Map.of(
                                "name",
                                HALL,
                                "address",
                                Map.of("line1", "1 شارع النيل", "city", CITY, "country", "EG"),
                                "location",
                                Map.of("lat", 30.04, "lon", 31.23),
                                "zone",
                                "Africa/Cairo",
                                "seatMap",
                                Map.of(
                                        "sections",
                                        List.of(
                                                Map.of(
                                                        "name",
                                                        STALLS,
                                                        "rows",
                                                        List.of(
                                                                Map.of("label", "أ", "seats", 10),
                                                                Map.of("label", "ب", "seats", 10))),
                                                Map.of("name", BALCONY, "standing", 10)))))
                .expect(201)
                .at("/venueId");
        return client.newShow(
                organizer,
                venue,
                Map.of(
                        "name",
                        NIGHT + " " + name.replace("Evening ", ""),
                        "description",
                        "ערב של כוכבים.\nAn evening of stars.",
                        "prices",
                        Map.of(STALLS, Client.price("49.50"), BALCONY, Client.price("49.50"))));
    }

    @Test
    void every_page_fits_and_has_no_grave_barrier_from_right_to_left() {
        Show show = show(Map.of("holdSeconds", 900));
        String email = newAccount();
        List<String> paths = everyPage(newBoth(email), show);
        Page desk = browsers.fresh();
        Page phone = browsers.phone();
        List<String> faults = new ArrayList<>();
        for (Page page : List.of(desk, phone)) {
            visit(page, "/login?dir=rtl");
            assertThat(page.locator("html")).hasAttribute("dir", "rtl");
            login(page, email);
            for (String path : paths) {
                visit(page, path);
                assertThat(page.locator("html")).hasAttribute("dir", "rtl");
                faults.addAll(tooWide(page));
                if (page.equals(desk)) {
                    faults.addAll(Browsers.barriers(page));
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void a_purchase_from_right_to_left() {
        Show show = show(Map.of());
        await().until(() -> client.get("/v1/events/search?keyword=" + name.replace(" ", "%20"))
                .at("/total")
                .equals("1"));
        Page page = browsers.fresh();
        // From where to where the words on the map go.
        page.addInitScript("""
                window.drawn = new Map();
                const { putImageData, fillText } = CanvasRenderingContext2D.prototype;
                CanvasRenderingContext2D.prototype.putImageData = function (...frame) {
                  window.drawn.clear();
                  putImageData.apply(this, frame);
                };
                CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
                  const { actualBoundingBoxLeft, actualBoundingBoxRight } = this.measureText(text);
                  const word = text.replace(/[\\u2066-\\u2069]/g, '');
                  window.drawn.set(word, [...window.drawn.get(word) ?? [], [x - actualBoundingBoxLeft, x + actualBoundingBoxRight]]);
                  fillText.call(this, text, x, y);
                };""");
        page.navigate("/?dir=rtl&keyword=" + name.replace(" ", "+"));
        page.locator(".card a").click();
        page.getByText("Choose seats").click();
        assertThat(page.locator(".live.on")).isVisible();
        openRow(page, "R1");

        // The list runs as the page does, and so do the arrow keys in it.
        assertThat(seat(page, 1).boundingBox().x).isGreaterThan(seat(page, 2).boundingBox().x);
        seat(page, 1).focus();
        page.keyboard().press("ArrowLeft");
        assertThat(seat(page, 2)).isFocused();
        page.keyboard().press("ArrowLeft");
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Space");
        page.keyboard().press("Home");
        page.keyboard().press("Space");
        assertThat(page.locator(".picked li"))
                .containsText(new String[] {"Stalls, row R1, seat 2", "Stalls, row R1, seat 1"});

        // The hall does not: its left is left for everybody. The row's name stands beside its seats.
        page.locator("[aria-label=Everything]").click();
        assertThat(page.locator("seat-map").evaluate("map => map.screenOf(0).x < map.screenOf(9).x"))
                .isEqualTo(true);
        page.waitForFunction("""
                () => {
                  const map = document.querySelector('seat-map');
                  const canvas = map.querySelector('canvas');
                  const [first, last] = [map.screenOf(0), map.screenOf(9)];
                  const onCanvas = x => x * canvas.width / canvas.clientWidth;
                  return window.drawn.get('R1')?.every(([from, to]) =>
                    to <= onCanvas(first.x - first.size / 2) || from >= onCanvas(last.x + last.size / 2));
                }""");

        page.locator(".hold-button").click();
        page.getByLabel("E-mail").fill(newAccount());
        page.getByLabel("Password").fill(PASSWORD);
        page.keyboard().press("Enter");
        button(page, "Pay €99.00").click();
        assertThat(heading(page, "You are going!")).isVisible();
        page.getByText("See my tickets").click();
        assertThat(page.locator(".stub-seats li")).hasCount(2);
        assertThat(page.locator("html")).hasAttribute("dir", "rtl");
        assertThat(client.counts(show)).isEqualTo("38 available, 0 held, 2 sold");
    }

    @Test
    void names_that_run_from_right_to_left_leave_the_words_around_them_where_they_are() {
        Show show = foreignShow();
        await().until(() -> client.get("/v1/events/search?keyword=" + name.replace("Evening ", ""))
                .at("/total")
                .equals("1"));
        Page page = browsers.fresh();
        page.navigate("/?keyword=" + name.replace("Evening ", ""));
        Locator card = page.locator(".card");
        assertThat(card).hasCount(1);
        assertThat(fromLeftToRight(card.locator(".card-text p").first())).isEqualTo(HALL + "|,|" + CITY + "|Egypt");

        page.navigate("/events/" + show.id());
        assertThat(page.locator(".prices tbody tr")).hasCount(1);
        assertThat(fromLeftToRight(page.locator(".prices td").first())).isEqualTo(STALLS + "|,|" + BALCONY);
        // Each paragraph stands where its letters begin.
        assertThat(page.locator(".prose")).hasAttribute("dir", "auto");

        page.navigate("/events/" + show.id() + "/seats");
        assertThat(page.locator(".live.on")).isVisible();
        assertThat(fromLeftToRight(page.locator(".seats-head p")).toString()).startsWith(HALL + "|,|" + CITY + "|·|");
        page.locator(".section-button").first().click();
        page.locator(".row-button").first().click();
        seat(page, 4).click();
        assertThat(fromLeftToRight(page.locator(".picked li span").first())).isEqualTo(STALLS + "|, row|أ|, seat|4");
        assertThat(page.locator(".best option").nth(1)).hasText("\u2068" + STALLS + "\u2069 · €49.50");
        client.hold(client.newBuyer(), show, 3);
        assertThat(fromLeftToRight(page.locator(".lost strong").first()))
                .isEqualTo(STALLS + "|, row|أ|, seat|4|has just gone.");
    }

    @Test
    void the_seats_are_told_in_words_section_by_section_row_by_row() {
        Show show = show(Map.of());
        Person other = client.newBuyer();
        client.pay(other, client.hold(other, show, 1), "pm_card_visa").expect(200);
        client.hold(other, show, 2);
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        Locator list = page.locator("section[aria-label='All seats as a list']");
        assertThat(list).matchesAriaSnapshot("""
                - region "All seats as a list":
                  - heading "All seats" [level=2]
                  - list:
                    - listitem:
                      - heading "Stalls 28 left €49.50" [level=3]:
                        - button "Stalls 28 left €49.50"
                    - listitem:
                      - heading "Floor 10 left €30.00" [level=3]:
                        - button "Floor 10 left €30.00"
                """);
        openRow(page, "R1");
        seat(page, 4).click();
        assertThat(list).matchesAriaSnapshot("""
                - region "All seats as a list":
                  - list:
                    - listitem:
                      - heading "Stalls 28 left €49.50" [level=3]:
                        - button "Stalls 28 left €49.50" [expanded]
                      - list:
                        - listitem:
                          - heading "Row R1 8 of 10 left" [level=4]:
                            - button "Row R1 8 of 10 left" [expanded]
                          - toolbar "Row R1 of Stalls":
                            - button "Seat 1, €49.50, available"
                            - button "Seat 2, €49.50, sold" [disabled]
                            - button "Seat 3, €49.50, on hold" [disabled]
                            - button "Seat 4, €49.50, chosen" [pressed]
                            - button "Seat 5, €49.50, available"
                """);
        assertThat(page.locator("main")).matchesAriaSnapshot("""
                - main:
                  - heading [level=1]:
                    - link "%s"
                  - status: Live
                  - region "Seat map":
                    - img "Map of the seats. The list beside it has the same seats, section by section."
                    - button "Larger"
                    - button "Smaller"
                    - button "Everything"
                    - list "What the colours and shapes mean"
                  - region "Your seats":
                    - heading "Your seats" [level=2]
                    - list:
                      - listitem:
                        - text: Stalls, row R1, seat 4 €49.50
                        - button "Remove Stalls, row R1, seat 4"
                    - button "Hold 1 seat · €49.50"
                  - form "Best available":
                    - button "Hold best seats"
                """.formatted(name));
        assertThat(page.locator("#say")).hasText("1 seat chosen, €49.50.");
    }

    @Test
    void finding_and_paying_are_told_in_words() {
        Show show = show(Map.of("startsAt", "2035-01-10T19:30:00Z"));
        await().until(() -> client.get("/v1/events/search?keyword=" + name.replace(" ", "%20"))
                .at("/total")
                .equals("1"));
        Page page = browsers.fresh();
        login(page, newAccount());
        page.navigate("/?keyword=" + name.replace(" ", "+"));
        assertThat(page.locator(".card")).hasCount(1);
        assertThat(page.locator("main")).matchesAriaSnapshot("""
                - main:
                  - heading "Find your night out" [level=1]
                  - search:
                    - combobox "Artist, event, venue or city"
                    - button "Search"
                  - group "Kind of event":
                    - button "Everything" [pressed]
                    - button "Concert"
                  - region "Narrow the search":
                    - combobox "City"
                    - button "Near me"
                    - combobox "When"
                    - spinbutton "Up to"
                    - checkbox "Still available"
                    - combobox "Sort by"
                  - region "Events":
                    - paragraph: /1 event/
                    - list:
                      - listitem:
                        - link:
                          - heading "%s" [level=2]
                          - paragraph: Little Hall, Berlin Germany
                          - paragraph: 20:30 in Berlin
                """.formatted(name));
        openSeats(page, show);
        button(page, "Hold best seats").click();
        assertThat(page.locator(".countdown")).isVisible();
        assertThat(page.locator("main")).matchesAriaSnapshot("""
                - main:
                  - heading "Pay" [level=1]
                  - timer /Time left to pay. \\d+:\\d\\d/
                  - group "Card":
                    - radio "Visa •••• 4242 Pays" [checked]
                    - radio "Visa •••• 0002 Is declined"
                  - button "Pay €99.00"
                  - paragraph:
                    - button "Give the seats back"
                  - complementary "What you book":
                    - heading "%s" [level=2]
                    - list:
                      - listitem: /Stalls row R1 seat \\d+ €49\\.50/
                      - listitem: /Stalls row R1 seat \\d+ €49\\.50/
                    - paragraph:
                      - text: Total
                      - strong: €99.00
                """.formatted(name));
    }

    @Test
    void a_hot_show_says_what_concerns_the_listener_and_nothing_else() {
        Show show = show(Map.of());
        Page page = browsers.fresh();
        login(page, newAccount());
        openSeats(page, show);
        openRow(page, "R1");
        page.evaluate("""
                () => {
                  window.said = [];
                  const heard = new Map();
                  const listen = () => document.querySelectorAll('[role=status], [role=alert], [aria-live=polite], output').forEach(region => {
                    const text = region.textContent.trim();
                    if (text !== '' && text !== (heard.get(region) ?? '')) {
                      window.said.push(text);
                    }
                    heard.set(region, text);
                  });
                  listen();
                  window.said.length = 0;
                  new MutationObserver(listen).observe(document.body, { subtree: true, childList: true, characterData: true });
                }""");
        seat(page, 5).click();
        assertThat(page.locator("#say")).hasText("1 seat chosen, €49.50.");
        Person crowd = client.newBuyer();
        for (int i = 10; i < 26; i++) {
            client.hold(crowd, show, i);
        }
        client.hold(crowd, show, 4);
        assertThat(page.locator("#say-now")).containsText("Stalls, row R1, seat 5: somebody else was faster.");
        // What is offered goes again and again.
        client.hold(crowd, show, 3);
        client.hold(crowd, show, 5);
        client.hold(crowd, show, 2);
        assertThat(page.locator(".lost")).containsText("Stalls, row R1, seat 7");
        assertThat(page.locator("#say")).hasText("The seats that were offered have changed.");
        @SuppressWarnings("unchecked")
        List<String> said = (List<String>) page.evaluate("() => window.said");
        assertThat(said)
                .containsExactly(
                        "1 seat chosen, €49.50.",
                        "Stalls, row R1, seat 5: somebody else was faster. As good and free: Stalls, row R1, seat 4.",
                        "The seats that were offered have changed.");
    }

    @Test
    void a_tab_runs_from_left_to_right_unless_it_was_asked_otherwise() {
        Page page = browsers.fresh();
        page.navigate("/login");
        assertThat(page.locator("html")).hasAttribute("dir", "ltr");
        page.navigate("/login?dir=rtl");
        assertThat(page.locator("html")).hasAttribute("dir", "rtl");
        page.navigate("/register");
        assertThat(page.locator("html")).hasAttribute("dir", "rtl");
        page.navigate("/register?dir=up");
        assertThat(page.locator("html")).hasAttribute("dir", "rtl");
        page.navigate("/register?dir=ltr");
        page.navigate("/login");
        assertThat(page.locator("html")).hasAttribute("dir", "ltr");
    }
}
