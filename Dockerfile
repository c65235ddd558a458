# The program in layers: what changes seldom first. Built from the jar that ./mvnw package makes:
#   ./mvnw -DskipTests package && docker build -t ticketing:0.1.0 .
# The base image's tag names a JDK 25; pin it by digest where builds have to be repeatable.

FROM eclipse-temurin:25-jdk-noble AS layers
WORKDIR /build
COPY api/target/api-*-program.jar ticketing.jar
RUN java -Djarmode=tools -jar ticketing.jar extract --layers --destination layers

FROM eclipse-temurin:25-jdk-noble
RUN groupadd --system --gid 10001 ticketing \
 && useradd --system --uid 10001 --gid ticketing --home-dir /app --shell /usr/sbin/nologin ticketing \
 && mkdir -p /app /data && chown ticketing:ticketing /app /data
WORKDIR /app
COPY --from=layers --chown=ticketing /build/layers/dependencies/ ./
COPY --from=layers --chown=ticketing /build/layers/spring-boot-loader/ ./
COPY --from=layers --chown=ticketing /build/layers/snapshot-dependencies/ ./
COPY --from=layers --chown=ticketing /build/layers/application/ ./
USER ticketing

# Starts once, on a throw-away embedded database and without Elasticsearch, to learn which classes are loaded and how they are linked (JEP 483, JEP 514). The
# cache fits this JVM and these jars only; where it does not fit the program starts without it. Whoever builds where no process may be unshared leaves this out.
ARG AOT_CACHE=true
RUN if [ "$AOT_CACHE" = true ]; then \
      java -XX:AOTCacheOutput=/app/ticketing.aot -Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Daxoniq.update-checker.disabled=true -Dspring.context.exit=onRefresh -Dticketing.data.dir=/tmp/aot -Dticketing.demo=false -Dticketing.search.embedded=false \
        -jar ticketing.jar \
      ; rm -rf /tmp/aot; test -s /app/ticketing.aot; \
    fi

# An embedded database, if none is named, is kept here.
ENV TICKETING_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# Memory by the container's limit; the rest is for threads, buffers and the code cache.
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=60 -XX:+UseG1GC -XX:-G1UseAdaptiveIHOP -XX:InitiatingHeapOccupancyPercent=65 -XX:MaxTenuringThreshold=2 -XX:MaxGCPauseMillis=100 -XX:TrimNativeHeapInterval=10000 -XX:+ExitOnOutOfMemoryError"
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["java", "-XX:AOTCache=/app/ticketing.aot", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Daxoniq.update-checker.disabled=true", "-jar", "ticketing.jar"]
