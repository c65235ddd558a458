package ticketing.api.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;

/** The colours of the seat map's price zones, as the style sheet has them. */
class PaletteTest {

    private static final int ZONES = 6;

    /** Twice what is plainly seen side by side, because seats are small and far apart (CIE 1976 ΔE). */
    private static final double FAR_APART = 25;

    /** WCAG 2.2, 1.4.11: what graphics need. */
    private static final double CONTRAST = 3;

    /**
     * How linear RGB looks to somebody, at full severity: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color
     * Vision Deficiency" (2009).
     */
    enum Vision {
        ALL_CONES(1, 0, 0, 0, 1, 0, 0, 0, 1),
        NO_LONG(0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998),
        NO_MEDIUM(0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881),
        NO_SHORT(1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900);

        @SuppressWarnings("ImmutableEnumChecker") // never changed
        private final double[] matrix;

        Vision(double... matrix) {
            this.matrix = matrix;
        }

        double[] seen(double... linear) {
            double[] seen = new double[3];
            for (int i = 0; i < 3; i++) {
                double sum = 0;
                for (int j = 0; j < 3; j++) {
                    sum += matrix[3 * i + j] * linear[j];
                }
                seen[i] = Math.clamp(sum, 0, 1);
            }
            return seen;
        }
    }

    /** Light colours first in the style sheet, then dark ones. */
    private static String colour(String name, int scheme) {
        try {
            String css = new ClassPathResource("static/assets/app.css").getContentAsString(StandardCharsets.UTF_8);
            List<String> all = Pattern.compile("--" + name + ": (#[0-9a-f]{6});")
                    .matcher(css)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
            assertThat(all).as(name).hasSize(2);
            return all.get(scheme);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double[] linear(String hex) {
        double[] rgb = new double[3];
        for (int i = 0; i < 3; i++) {
            double part = Integer.parseInt(hex, 1 + 2 * i, 3 + 2 * i, 16) / 255.0;
            rgb[i] = part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
        }
        return rgb;
    }

    private static double luminance(double... rgb) {
        return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    }

    /** CIE L*a*b* under D65. */
    private static double[] lab(double... rgb) {
        double x = cube((0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.95047);
        double y = cube(luminance(rgb));
        double z = cube((0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.08883);
        return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
    }

    private static double cube(double value) {
        return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16.0 / 116;
    }

    @ParameterizedTest
    @EnumSource
    void any_two_prices_are_told_apart_with(Vision eyes) {
        for (int scheme = 0; scheme < 2; scheme++) {
            for (int i = 0; i < ZONES; i++) {
                for (int j = i + 1; j < ZONES; j++) {
                    double[] a = lab(eyes.seen(linear(colour("zone-" + i, scheme))));
                    double[] b = lab(eyes.seen(linear(colour("zone-" + j, scheme))));
                    assertThat(Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]))
                            .as("zones %d and %d of scheme %d", i, j, scheme)
                            .isGreaterThan(FAR_APART);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void every_price_stands_out_from_the_ground(int scheme) {
        double ground = luminance(linear(colour("map-ground", scheme)));
        for (int i = 0; i < ZONES; i++) {
            double zone = luminance(linear(colour("zone-" + i, scheme)));
            assertThat((Math.max(zone, ground) + 0.05) / (Math.min(zone, ground) + 0.05))
                    .as("zone %d", i)
                    .isGreaterThan(CONTRAST);
        }
    }
}
