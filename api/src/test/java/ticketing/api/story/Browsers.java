package ticketing.api.story;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Real browsers: the Chromium of this machine, without a window. Playwright downloads none. */
final class Browsers implements AutoCloseable {

    private static final Set<String> GRAVE = Set.of("serious", "critical");
    private static final double PATIENCE_MS = 20_000;

    private final Playwright playwright;
    private final Browser browser;
    private final URI address;
    private final List<String> faults = new CopyOnWriteArrayList<>();

    private Browsers(Path chromium, URI address) {
        this.address = address;
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        // Chromium refuses to keep its own sandbox as root, which a container's build usually is.
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    }

    /** Browsers that look at the program at this address. Without a Chromium the test is skipped; on a build server it fails, or nobody would notice. */
    static Browsers of(URI address) {
        Optional<Path> chromium = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(
                    chromium.isPresent(),
                    "There is no Chromium on the path, so the pages are not tested; install one.");
        }
        return new Browsers(
                chromium.orElseThrow(
                        () -> new AssertionError("There is no Chromium on the path to test the pages with.")),
                address);
    }

    /** Somebody's browser, with nothing in it yet. Berlin's clocks, a desk's screen. */
    Page fresh() {
        return page(new Browser.NewContextOptions().setViewportSize(1280, 800));
    }

    /** The same where clocks show this zone's time. */
    Page in(String zone) {
        return page(new Browser.NewContextOptions().setViewportSize(1280, 800).setTimezoneId(zone));
    }

    /** The same in the hand. */
    Page phone() {
        return page(new Browser.NewContextOptions()
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(1.25)
                .setIsMobile(true)
                .setHasTouch(true));
    }

    private Page page(Browser.NewContextOptions options) {
        if (options.timezoneId == null) {
            options.setTimezoneId("Europe/Berlin");
        }
        BrowserContext context = browser.newContext(
                options.setBaseURL(address.toString()).setLocale("en-GB").setColorScheme(ColorScheme.LIGHT));
        context.setDefaultTimeout(PATIENCE_MS);
        context.onPage(page -> {
            page.onPageError(error -> faults.add(page.url() + ": " + error));
            page.onConsoleMessage(message -> {
                if (message.text().contains("Content Security Policy")
                        || message.text().contains("Trusted")) {
                    faults.add(page.url() + ": " + message.text());
                }
            });
        });
        return context.newPage();
    }

    /** What went wrong inside the pages, or was stopped by their own policy. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** What gravely keeps somebody from using this page, in light and in dark colours, as far as a program can find out. */
    static List<String> barriers(Page page) {
        // Without the colours between two others.
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        List<Rule> light = axe(page).analyze().getViolations();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        List<Rule> dark =
                axe(page).withRules(List.of("color-contrast")).analyze().getViolations();
        page.emulateMedia(new Page.EmulateMediaOptions()
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.NO_PREFERENCE));
        return Stream.concat(
                        light.stream().map(rule -> told("light", page, rule)),
                        dark.stream().map(rule -> told("dark", page, rule)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Our pages have no frames, for which it would open a page of its own each time. */
    private static AxeBuilder axe(Page page) {
        return new AxeBuilder(page).setLegacyMode(true);
    }

    private static Optional<String> told(String colours, Page page, Rule rule) {
        if (!GRAVE.contains(rule.getImpact())) {
            return Optional.empty();
        }
        List<String> where = rule.getNodes().stream()
                .limit(3)
                .map(node -> node.getHtml() + " " + node.getFailureSummary())
                .toList();
        return Optional.of(page.url() + ", " + colours + ": " + rule.getId() + " " + where);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
