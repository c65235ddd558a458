package ticketing.api.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.env.MockEnvironment;
import org.yaml.snakeyaml.Yaml;
import ticketing.api.role.NodeRole;
import ticketing.api.role.NodeRoles;

/** What can be told of the deployment files without an engine that would run them: they have the form they should have, and what they say is what the program knows. */
@Timeout(60)
class DeploymentFilesTest {

    private static final Path ROOT = Path.of("..");
    private static final String PORT = "8080";
    private static final Set<String> PATHS =
            Set.of("/actuator/health/liveness", "/actuator/health/readiness", "/actuator/prometheus");

    /** Read by the Java in the image, not by the program. */
    private static final Set<String> OF_JAVA = Set.of("JAVA_TOOL_OPTIONS");

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "ConfigMap", ConfigMap.class,
            "Deployment", Deployment.class,
            "HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "Ingress", Ingress.class,
            "NetworkPolicy", NetworkPolicy.class,
            "PodDisruptionBudget", PodDisruptionBudget.class,
            "Service", Service.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The types take any field and keep it aside; here that is a mistake. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    @SuppressWarnings("NullAway.Init")
    private static KnownSettings settings;

    @SuppressWarnings("NullAway.Init")
    private static JsonNode compose;

    @SuppressWarnings("NullAway.Init")
    private static List<HasMetadata> kubernetes;

    @BeforeAll
    static void read() throws Exception {
        settings = new KnownSettings();
        compose = JSON.valueToTree(new Yaml().load(Files.readString(ROOT.resolve("docker-compose.yml"))));
        kubernetes = new ArrayList<>();
        for (JsonNode file : yaml("deploy/kubernetes/kustomization.yaml").path("resources")) {
            for (Object object :
                    new Yaml().loadAll(Files.readString(ROOT.resolve("deploy/kubernetes/" + file.asText())))) {
                kubernetes.add(typed(JSON.valueToTree(object)));
            }
        }
    }

    private static HasMetadata typed(JsonNode object) throws IOException {
        String kind = object.path("kind").asText();
        HasMetadata typed =
                STRICT.treeToValue(object, Objects.requireNonNull(KINDS.get(kind), () -> "no type for " + kind));
        assertThat(HasMetadata.getApiVersion(typed.getClass()))
                .isEqualTo(object.path("apiVersion").asText());
        return typed;
    }

    private static JsonNode yaml(String path) throws IOException {
        return JSON.valueToTree(new Yaml().load(Files.readString(ROOT.resolve(path))));
    }

    private static Stream<JsonNode> elements(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private static Map<String, JsonNode> fields(JsonNode node) {
        Map<String, JsonNode> fields = new HashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static Map<String, JsonNode> services() {
        return fields(compose.path("services"));
    }

    private static boolean isOurs(JsonNode service) {
        return service.path("image").asText().startsWith("ticketing:");
    }

    private static Set<NodeRole> roles(String given) {
        return NodeRoles.of(new MockEnvironment()
                .withProperty(NodeRoles.SETTING, given)
                .withProperty("axon.axonserver.enabled", "true"));
    }

    @Test
    void the_compose_file_has_the_form_of_the_specification() throws Exception {
        JsonNode schema = JSON.readTree(Files.readString(Path.of("src/test/resources/deployment/compose-spec.json")));
        // Names from an older draft than the one that the schema says it follows; nothing refers to them.
        withoutTexts(schema, "id");
        var checked =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909).getSchema(schema);
        assertThat(checked.validate(compose)).isEmpty();
        JsonNode wrong = JSON.readTree("{\"services\":{\"a\":{\"imagee\":\"b\"}}}");
        assertThat(checked.validate(wrong)).as("a misspelt key is found").isNotEmpty();
    }

    @Test
    void a_misspelt_field_of_kubernetes_is_found() throws Exception {
        assertThat(kubernetes).hasSizeGreaterThan(8);
        JsonNode wrong =
                JSON.readTree("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"spec\":{\"selectors\":{\"a\":\"b\"}}}");
        assertThatThrownBy(() -> typed(wrong)).hasMessageContaining("selectors");
    }

    @Test
    void whatever_the_program_is_told_it_understands() {
        List<String> told = new ArrayList<>();
        services().values().stream().filter(DeploymentFilesTest::isOurs).forEach(service -> {
            told.addAll(fields(service.path("environment")).keySet());
            elements(service.path("secrets"))
                    .forEach(secret -> told.add(secret.path("target").asText()));
        });
        ofKind(ConfigMap.class).forEach(map -> told.addAll(map.getData().keySet()));
        for (PodSpec pod : pods()) {
            pod.getContainers()
                    .forEach(container ->
                            container.getEnv().stream().map(EnvVar::getName).forEach(told::add));
            pod.getVolumes().stream()
                    .filter(volume -> volume.getSecret() != null)
                    .flatMap(volume -> volume.getSecret().getItems().stream())
                    .map(KeyToPath::getPath)
                    .forEach(told::add);
        }
        assertThat(told).hasSizeGreaterThan(20).allMatch(name -> settings.contains(name) || OF_JAVA.contains(name));
        assertThat(settings.contains("TICKETING_ROLE"))
                .as("a misspelt name is found")
                .isFalse();
    }

    @Test
    void all_roles_are_there_and_each_profile_has_its_settings() {
        Set<NodeRole> composed = new HashSet<>();
        Set<String> profiles = new HashSet<>();
        services().values().stream().filter(DeploymentFilesTest::isOurs).forEach(service -> {
            composed.addAll(roles(service.at("/environment/TICKETING_ROLES").asText()));
            profiles.add(service.at("/environment/SPRING_PROFILES_ACTIVE").asText());
        });
        Set<NodeRole> deployed = new HashSet<>();
        for (PodSpec pod : pods()) {
            for (Container container : pod.getContainers()) {
                container.getEnv().stream()
                        .filter(variable -> variable.getName().equals("TICKETING_ROLES"))
                        .forEach(variable -> deployed.addAll(roles(variable.getValue())));
            }
        }
        ofKind(ConfigMap.class).forEach(map -> profiles.add(map.getData().get("SPRING_PROFILES_ACTIVE")));
        assertThat(composed).containsExactlyInAnyOrder(NodeRole.values());
        assertThat(deployed).containsExactlyInAnyOrder(NodeRole.values());
        assertThat(profiles)
                .allSatisfy(profile -> assertThat(getClass().getResource("/application-" + profile + ".yaml"))
                        .isNotNull());
    }

    @Test
    void ports_and_paths_are_those_that_the_program_serves() throws Exception {
        JsonNode application = yaml("api/src/main/resources/application.yaml");
        assertThat(application.at("/server/port").asText()).isEqualTo(PORT);
        assertThat(application.at("/management/endpoints/web/exposure/include").asText())
                .contains("health", "prometheus");
        assertThat(application.at("/management/endpoint/health/probes/enabled").asBoolean())
                .isTrue();

        String image = Files.readString(ROOT.resolve("Dockerfile"));
        assertThat(image).contains("EXPOSE " + PORT, "SERVER_PORT:-" + PORT, "/actuator/health/readiness");
        assertThat(Files.readString(ROOT.resolve("deploy/nginx/nginx.conf"))).contains("server edge:" + PORT);
        for (JsonNode job : yaml("deploy/prometheus/prometheus.yml").path("scrape_configs")) {
            assertThat(PATHS).contains(job.path("metrics_path").asText());
            elements(job.path("dns_sd_configs")).forEach(found -> {
                assertThat(found.path("port").asText()).isEqualTo(PORT);
                elements(found.path("names"))
                        .forEach(name -> assertThat(services()).containsKey(name.asText()));
            });
        }
        for (PodSpec pod : pods()) {
            Container container = pod.getContainers().getFirst();
            assertThat(container.getPorts().getFirst().getContainerPort()).isEqualTo(Integer.valueOf(PORT));
            assertThat(Stream.of(
                                    container.getStartupProbe(),
                                    container.getLivenessProbe(),
                                    container.getReadinessProbe())
                            .map(Probe::getHttpGet))
                    .allSatisfy(get -> {
                        assertThat(PATHS).contains(get.getPath());
                        assertThat(get.getPort().getStrVal())
                                .isEqualTo(container.getPorts().getFirst().getName());
                    });
        }
    }

    @Test
    void every_service_is_bounded_unprivileged_and_says_whether_it_is_well() throws Exception {
        boolean imageSays = Files.readString(ROOT.resolve("Dockerfile")).contains("HEALTHCHECK");
        services().forEach((name, service) -> {
            assertThat(service.has("healthcheck") || (isOurs(service) && imageSays))
                    .as(name)
                    .isTrue();
            assertThat(service.path("mem_limit").asText()).as(name).isNotEmpty();
            assertThat(service.path("user").asText())
                    .as(name)
                    .isNotEmpty()
                    .doesNotStartWith("0")
                    .doesNotStartWith("root");
            assertThat(service.path("cap_drop").path(0).asText()).as(name).isEqualTo("ALL");
            assertThat(service.path("security_opt").toString()).as(name).contains("no-new-privileges:true");
            assertThat(service.path("image").asText())
                    .as(name)
                    .matches(".+:[^:]*\\d.*")
                    .doesNotEndWith("latest");
            fields(service.path("depends_on")).forEach((other, how) -> {
                assertThat(services()).containsKey(other);
                assertThat(how.path("condition").asText()).isEqualTo("service_healthy");
            });
            if (isOurs(service)) {
                assertThat(service.path("read_only").asBoolean()).as(name).isTrue();
            }
        });
        for (PodSpec pod : pods()) {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            pod.getContainers().forEach(container -> {
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getResources().getLimits()).containsKey("memory");
                assertThat(container.getResources().getRequests()).containsKeys("memory", "cpu");
            });
        }
    }

    @Test
    void every_role_of_kubernetes_has_a_budget_and_the_scaled_ones_a_target() {
        Set<String> deployed = names(Deployment.class);
        assertThat(ofKind(PodDisruptionBudget.class).stream()
                        .map(budget ->
                                budget.getSpec().getSelector().getMatchLabels().get("app.kubernetes.io/component")))
                .containsExactlyInAnyOrderElementsOf(deployed);
        assertThat(ofKind(HorizontalPodAutoscaler.class))
                .isNotEmpty()
                .allSatisfy(scaler -> assertThat(deployed)
                        .contains(scaler.getSpec().getScaleTargetRef().getName()));
        Map<String, String> image = new HashMap<>();
        ofKind(Deployment.class)
                .forEach(deployment -> image.put(
                        deployment.getMetadata().getName(),
                        deployment
                                .getSpec()
                                .getTemplate()
                                .getSpec()
                                .getContainers()
                                .getFirst()
                                .getImage()));
        assertThat(new HashSet<>(image.values()))
                .containsExactly(Objects.requireNonNull(services().get("edge"))
                        .path("image")
                        .asText());
    }

    @Test
    void what_is_mounted_is_there_and_secrets_are_made_by_their_script(@TempDir Path copy) throws Exception {
        for (JsonNode service : services().values()) {
            elements(service.path("volumes"))
                    .map(JsonNode::asText)
                    .filter(volume -> volume.startsWith("./"))
                    .forEach(volume -> assertThat(ROOT.resolve(volume.substring(2, volume.indexOf(':'))))
                            .exists());
        }
        Files.createDirectories(copy.resolve("deploy/secrets"));
        Files.createDirectories(copy.resolve("axon-server"));
        Files.copy(ROOT.resolve("deploy/secrets/make"), copy.resolve("deploy/secrets/make"));
        Files.copy(
                ROOT.resolve("axon-server/axonserver.properties"), copy.resolve("axon-server/axonserver.properties"));
        run(copy, "bash", "deploy/secrets/make");
        Map<String, String> made = new HashMap<>();
        for (JsonNode secret : compose.path("secrets")) {
            Path file = copy.resolve(secret.path("file").asText());
            assertThat(file).isNotEmptyFile();
            made.put(secret.path("file").asText(), Files.readString(file));
        }
        assertThat(new HashSet<>(made.values())).as("each is another").hasSameSizeAs(made.keySet());
        String token = Objects.requireNonNull(made.get("deploy/secrets/axon-server-token"));
        assertThat(made.get("deploy/secrets/axonserver.properties"))
                .contains("axoniq.axonserver.accesscontrol.token=" + token + "\n");
        run(copy, "bash", "deploy/secrets/make");
        assertThat(copy.resolve("deploy/secrets/axon-server-token")).hasContent(token);
    }

    private static void run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    @Test
    void the_proxys_settings_are_taken_by_nginx(@TempDir Path directory) throws Exception {
        String found = Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("");
        assumeThat(found)
                .as("there is no nginx on this machine, so its settings are not tried")
                .isNotEmpty();
        Path file = directory.resolve("nginx.conf");
        Files.writeString(
                file,
                Files.readString(ROOT.resolve("deploy/nginx/nginx.conf"))
                        .replace("server edge:", "server 127.0.0.1:")
                        .replace("/tmp/", directory + "/")
                        .replace("/var/cache/nginx", directory.toString()));
        run(directory, found, "-t", "-e", directory.resolve("error.log").toString(), "-c", file.toString());
    }

    private static void withoutTexts(JsonNode node, String member) {
        if (node.path(member).isTextual()) {
            ((ObjectNode) node).remove(member);
        }
        node.forEach(inside -> withoutTexts(inside, member));
    }

    private static <T extends HasMetadata> List<T> ofKind(Class<T> kind) {
        return kubernetes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static Set<String> names(Class<? extends HasMetadata> kind) {
        Set<String> names = new HashSet<>();
        ofKind(kind).forEach(object -> names.add(object.getMetadata().getName()));
        return names;
    }

    private static List<PodSpec> pods() {
        return ofKind(Deployment.class).stream()
                .map(deployment -> deployment.getSpec().getTemplate().getSpec())
                .toList();
    }
}
