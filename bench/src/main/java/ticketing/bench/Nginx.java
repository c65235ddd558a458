package ticketing.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The web server that everybody compares with, serving files. */
final class Nginx implements AutoCloseable {

    private static final String CONFIGURATION = """
            daemon off;
            worker_processes auto;
            pid DIRECTORY/nginx.pid;
            error_log DIRECTORY/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              tcp_nodelay on;
              keepalive_requests 1000000;
              open_file_cache max=100 inactive=10m;
              open_file_cache_valid 10m;
              default_type application/json;
              client_body_temp_path DIRECTORY/body;
              proxy_temp_path DIRECTORY/proxy;
              fastcgi_temp_path DIRECTORY/fastcgi;
              uwsgi_temp_path DIRECTORY/uwsgi;
              scgi_temp_path DIRECTORY/scgi;
              server { listen 127.0.0.1:PORT backlog=1024; root DIRECTORY/files; }
            }
            """;

    private final Process process;
    private final URI address;

    private Nginx(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Where it is on this machine, if it is. */
    static Optional<Path> program() {
        return Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param files by name */
    static Nginx serving(Path program, Path directory, Map<String, byte[]> files)
            throws IOException, InterruptedException {
        Path root = Files.createDirectories(directory.resolve("files"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(root.resolve(file.getKey()), file.getValue());
        }
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                CONFIGURATION.replace("DIRECTORY", directory.toString()).replace("PORT", Integer.toString(port)));
        // As root its workers would be somebody else, who may not read here.
        String user = "user " + System.getProperty("user.name") + ";";
        Process process = new ProcessBuilder(program.toString(), "-c", configuration.toString(), "-g", user)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("nginx.log").toFile())
                .start();
        for (int i = 0; i < 500; i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Nginx(process, URI.create("http://127.0.0.1:" + port));
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        process.destroy();
        throw new IllegalStateException("nginx does not start; see " + directory);
    }

    URI address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
