package ticketing.api.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may use whom, as white lists. Every rule is also seen to fail, on classes in {@code ticketing.wrong} that break it on purpose; a rule that matches no
 * class fails by ArchUnit's own default.
 */
class ArchitectureTest {

    private static final String OURS = "ticketing";
    private static final String WRONG = "ticketing.wrong";

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(OURS);

    private static final JavaClasses MISTAKES = new ClassFileImporter().importPackages(WRONG);

    /** The parts of the edge that put the other modules together; everything else talks to them through messages. */
    private static final Set<String> ASSEMBLING = Set.of(
            "AxonServerNode",
            "HoldAges",
            "MovingEvents",
            "ProgramMeters",
            "ProjectionMeters",
            "ReadModels",
            "SearchIndexing",
            "SeveralNodes",
            "StoreCheck",
            "StoreHealth");

    /** Axon's interface is a DeadlineManager, and this is one. */
    private static final Set<String> NAMED_BY_AXON = Set.of("PostgresDeadlineManager");

    /** What a state answers with, a value like itself. */
    private static final Set<String> VALUES_OF_STATES = Set.of("Remainder");

    /**
     * @param rule made for a root package
     * @param culprit the wrong class that has to be found
     */
    record Law(String name, Function<String, ArchRule> rule, String culprit) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Law> laws() {
        return Stream.of(
                new Law("messages need next to nothing", ArchitectureTest::messages, "MessageThatKnowsSpring"),
                new Law("command side uses messages alone", root -> alone(root, "command"), "CommandThatQueries"),
                new Law("projections use messages alone", root -> alone(root, "projections"), "ProjectionThatCommands"),
                new Law("query side uses messages alone", root -> alone(root, "query"), "QueryThatProjects"),
                new Law("the auditor knows nobody", ArchitectureTest::auditor, "AuditorThatTrusts"),
                new Law("analysis uses messages and decisions", ArchitectureTest::analysis, "AnalysisThatQueries"),
                new Law("the edge talks in messages", ArchitectureTest::edge, "ControllerThatCommands"),
                new Law("the live seat map uses the feed and no more", ArchitectureTest::live, "SocketThatCommands"),
                new Law(
                        "commands beside the program use no other module",
                        ArchitectureTest::beside,
                        "ToolThatCommands"),
                new Law(
                        "looking back uses what was kept for it",
                        ArchitectureTest::lookingBack,
                        "TimelineThatCommands"),
                new Law("states see only values", ArchitectureTest::states, "SeatState"),
                new Law("states know no time of their own", ArchitectureTest::timeless, "SeatState"),
                new Law("names say what something is", ArchitectureTest::names, "SeatHelper"),
                new Law("packages are features", ArchitectureTest::packages, "SeatHelper"));
    }

    @ParameterizedTest
    @MethodSource("laws")
    void the_program_keeps(Law law) {
        law.rule().apply(OURS).check(PROGRAM);
    }

    @ParameterizedTest
    @MethodSource("laws")
    void a_mistake_is_found_by(Law law) {
        assertThat(law.rule().apply(WRONG).evaluate(MISTAKES).getFailureReport().getDetails())
                .anySatisfy(detail -> assertThat(detail).contains(law.culprit()));
    }

    private static ArchRule messages(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".messages..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                root + ".messages..",
                                "java.lang..",
                                "java.util..",
                                "java.time..",
                                "java.math..",
                                "java.text..",
                                "com.fasterxml.jackson.annotation..",
                                "org.jspecify.annotations..")
                        .or(equivalentTo(org.axonframework.modelling.command.TargetAggregateIdentifier.class))
                        .or(equivalentTo(org.axonframework.commandhandling.CommandExecutionException.class)));
    }

    private static ArchRule alone(String root, String module) {
        return classes()
                .that()
                .resideInAPackage(root + "." + module + "..")
                .should()
                .onlyDependOnClassesThat(
                        notOurs(root).or(resideInAnyPackage(root + ".messages..", root + "." + module + "..")));
    }

    private static ArchRule edge(String root) {
        return classes()
                .that(resideInAPackage(root + ".api..")
                        .and(not(resideInAPackage(root + ".api.live..")))
                        .and(not(resideInAPackage(root + ".api.audit..")))
                        .and(not(resideInAPackage(root + ".api.commandline..")))
                        .and(not(resideInAnyPackage(
                                root + ".api.history..", root + ".api.projection..", root + ".api.feed..")))
                        .and(not(oneOf("an assembling class", ASSEMBLING))))
                .should()
                .onlyDependOnClassesThat(notOurs(root).or(resideInAnyPackage(root + ".messages..", root + ".api..")));
    }

    private static ArchRule live(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".api.live..")
                .should()
                .onlyDependOnClassesThat(notOurs(root)
                        .or(resideInAnyPackage(
                                root + ".messages..", root + ".api..", root + ".projections.seatfeed..")));
    }

    /** Not even messages: it reads what is stored, under the names that it is stored by. */
    private static ArchRule auditor(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".auditor..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        root + ".auditor..",
                        "java.lang..",
                        "java.io..",
                        "java.math..",
                        "java.sql..",
                        "java.time..",
                        "java.util..",
                        "com.fasterxml.jackson..",
                        "org.jspecify.annotations.."));
    }

    private static ArchRule analysis(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".analysis..")
                .should()
                .onlyDependOnClassesThat(notOurs(root)
                        .or(resideInAnyPackage(root + ".messages..", root + ".command..", root + ".analysis..")));
    }

    /** Commands beside the program put the auditor and the analysts' tools to work, and use nothing of the other modules. */
    private static ArchRule beside(String root) {
        return classes()
                .that()
                .resideInAnyPackage(root + ".api.audit..", root + ".api.commandline..")
                .should()
                .onlyDependOnClassesThat(notOurs(root)
                        .or(resideInAnyPackage(
                                root + ".messages..", root + ".api..", root + ".auditor..", root + ".analysis..")));
    }

    private static ArchRule lookingBack(String root) {
        return classes()
                .that()
                .resideInAnyPackage(root + ".api.history..", root + ".api.projection..", root + ".api.feed..")
                .should()
                .onlyDependOnClassesThat(notOurs(root)
                        .or(resideInAnyPackage(
                                root + ".messages..",
                                root + ".api..",
                                root + ".projections.feed..",
                                root + ".projections.history..",
                                root + ".projections.replay..")));
    }

    private static ArchRule states(String root) {
        return classes()
                .that(areStates(root))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java.lang..",
                                "java.util",
                                "java.util.function",
                                "java.util.stream",
                                "java.time",
                                root + ".messages..",
                                "org.jspecify..")
                        .and(not(oneOf(
                                "a source of chance or time",
                                Set.of("Random", "UUID", "Clock", "Timer", "SplittableRandom"))))
                        .or(isState()));
    }

    private static ArchRule timeless(String root) {
        return noClasses()
                .that(areStates(root))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "now() or randomness",
                        (JavaMethodCall call) -> Set.of(
                                        "now", "currentTimeMillis", "nanoTime", "random", "randomUUID", "shuffle")
                                .contains(call.getName())));
    }

    private static ArchRule names(String root) {
        return noClasses()
                .that(resideInAPackage(root + "..").and(not(oneOf("named by Axon", NAMED_BY_AXON))))
                .should()
                .haveNameMatching(".*(Manager|Utils?|Impl|Dto|Helper)s?(\\$.*)?");
    }

    private static ArchRule packages(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .resideInAnyPackage(
                        "..controller..",
                        "..controllers..",
                        "..service..",
                        "..services..",
                        "..dto..",
                        "..dtos..",
                        "..model..",
                        "..models..",
                        "..util..",
                        "..utils..",
                        "..helpers..",
                        "..impl..",
                        "..common..");
    }

    /** Of other people; our own things elsewhere below the same root are not meant. */
    private static DescribedPredicate<JavaClass> notOurs(String root) {
        return resideOutsideOfPackage(root + "..");
    }

    private static DescribedPredicate<JavaClass> areStates(String root) {
        return resideInAPackage(root + ".command..").and(isState());
    }

    /** Also what is nested in a state, and what it answers with. */
    private static DescribedPredicate<JavaClass> isState() {
        return DescribedPredicate.describe(
                "are states",
                javaClass -> topLevel(javaClass).endsWith("State") || VALUES_OF_STATES.contains(topLevel(javaClass)));
    }

    private static DescribedPredicate<JavaClass> oneOf(String description, Set<String> names) {
        return DescribedPredicate.describe("are " + description, javaClass -> names.contains(topLevel(javaClass)));
    }

    private static String topLevel(JavaClass javaClass) {
        String name = javaClass.getName().substring(javaClass.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
