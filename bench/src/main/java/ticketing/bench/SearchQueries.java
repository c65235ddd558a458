package ticketing.bench;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import ticketing.bench.SeasonOfAMillion.Artist;
import ticketing.bench.SeasonOfAMillion.Place;

/** What visitors ask for: names, beginnings of names, mistyped names, places, dates, prices, and what is near them. */
final class SearchQueries {

    private final SplittableRandom chance = new SplittableRandom(7);
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final SeasonOfAMillion season;

    private SearchQueries(SeasonOfAMillion season) {
        this.season = season;
    }

    /** So many different ones, as paths. */
    static List<String> of(SeasonOfAMillion season, int count) {
        SearchQueries queries = new SearchQueries(season);
        Set<String> all = new LinkedHashSet<>();
        while (all.size() < count) {
            all.add("/v1/events/search?" + queries.next());
        }
        return List.copyOf(all);
    }

    private String next() {
        Artist artist =
                season.performers().get(chance.nextInt(season.performers().size()));
        Place place = season.venues().get(chance.nextInt(season.venues().size()));
        String title = season.title(chance);
        return switch (chance.nextInt(20)) {
            case 0, 1, 2, 3 -> "keyword=" + text(title);
            case 4, 5, 6 -> "keyword=" + text(artist.name());
            case 7, 8 -> "keyword=" + text(mistyped(artist.name()));
            case 9, 10 -> "keyword=" + text(title.substring(0, title.indexOf(' ') + 4));
            case 11, 12 ->
                "keyword=" + text(title.substring(title.indexOf(' ') + 1)) + "&location=" + text(place.city());
            case 13 -> "location=" + text(place.city()) + "&type=CONCERT&" + dates(7);
            case 14 -> "location=" + text(place.name());
            case 15, 16 -> near(place) + "&radiusKm=25&type=MOVIE&sort=distance";
            case 17 -> "keyword=" + text(title.substring(title.indexOf(' ') + 1)) + "&" + near(place) + "&radiusKm=100";
            case 18 -> "performer=" + text(artist.name()) + "&sort=date";
            default -> "type=COMEDY&maxPrice=" + chance.nextInt(15, 80) + "&onlyAvailable=true&sort=price&" + dates(30);
        };
    }

    private String dates(int days) {
        LocalDate start = today.plusDays(chance.nextInt(1, 400));
        return "start=" + start + "&end=" + start.plusDays(days);
    }

    /** Somewhere around there, so that hardly two visitors stand in the same place. */
    private String near(Place place) {
        return String.format(
                Locale.ROOT,
                "near=%.4f,%.4f",
                place.lat() + chance.nextDouble(-0.05, 0.05),
                place.lon() + chance.nextDouble(-0.05, 0.05));
    }

    /** Two letters of the last word change places, behind the first. */
    private String mistyped(String name) {
        int at = chance.nextInt(name.lastIndexOf(' ') + 2, name.length() - 1);
        return name.substring(0, at) + name.charAt(at + 1) + name.charAt(at) + name.substring(at + 2);
    }

    private static String text(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
