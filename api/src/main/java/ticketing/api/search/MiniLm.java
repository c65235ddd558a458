package ticketing.api.search;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ticketing.messages.search.SentenceModel;

/**
 * The sentence model all-MiniLM-L6-v2 (English, quantized), which a library carries, run by ONNX Runtime inside this process. It is loaded when it is first
 * needed, by a thread of its own, and stays until the process ends.
 */
final class MiniLm implements SentenceModel {

    /** The second part counts the ways in which texts are made for it and it is run. */
    private static final String NAME = "all-MiniLM-L6-v2-q/1";

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    private static final Logger LOG = LoggerFactory.getLogger(MiniLm.class);

    private final Path libraries;
    private final Timer timer;
    private @Nullable CompletableFuture<Optional<EmbeddingModel>> loading;

    /**
     * @param libraries where the tokenizer's native library is unpacked, once
     * @param timer of how long texts take
     */
    MiniLm(Path libraries, Timer timer) {
        this.libraries = libraries;
        this.timer = timer;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean awaitLoaded() throws InterruptedException {
        try {
            return loading().get().isPresent();
        } catch (ExecutionException e) {
            throw new IllegalStateException("loading tells of failures by being empty", e);
        }
    }

    @Override
    public boolean isLoaded() {
        return loading().getNow(Optional.empty()).isPresent();
    }

    @Override
    public float @Nullable [] vectorOf(String text) {
        EmbeddingModel model = loading().getNow(Optional.empty()).orElse(null);
        if (model == null) {
            return null;
        }
        try {
            return timer.record(() -> model.embed(text).content().vector());
        } catch (RuntimeException e) {
            // One text that it stumbles over must not stop the index, nor a search.
            LOG.warn("The sentence model can make nothing of a text: {}", e.toString());
            return null;
        }
    }

    private synchronized CompletableFuture<Optional<EmbeddingModel>> loading() {
        CompletableFuture<Optional<EmbeddingModel>> present = loading;
        if (present == null) {
            CompletableFuture<Optional<EmbeddingModel>> begun = new CompletableFuture<>();
            Thread.ofPlatform().daemon().name("sentence-model").start(() -> begun.complete(load()));
            loading = begun;
            present = begun;
        }
        return present;
    }

    private Optional<EmbeddingModel> load() {
        try {
            // The tokenizer's library would report its use to its makers, look for another flavour of itself on the
            // net, and unpack itself in the home directory.
            System.setProperty("OPT_OUT_TRACKING", "true");
            System.setProperty("ai.djl.offline", "true");
            System.setProperty("RUST_FLAVOR", "cpu");
            System.setProperty("DJL_CACHE_DIR", libraries.toString());
            EmbeddingModel model = new InThisThread(encoder());
            model.embed("something for a rainy sunday with kids");
            LOG.info("The sentence model {} is loaded", NAME);
            return Optional.of(model);
        } catch (IOException | OrtException | RuntimeException | LinkageError e) {
            LOG.warn("The sentence model cannot be loaded, so searches are answered by words alone: {}", e.toString());
            return Optional.empty();
        }
    }

    private static OnnxBertBiEncoder encoder() throws IOException, OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                InputStream model = resource(MODEL);
                InputStream tokenizer = resource(TOKENIZER)) {
            // Its own threads would spin beside those that sell; a sentence takes one of them long enough.
            options.setIntraOpNumThreads(1);
            OrtSession session = environment.createSession(model.readAllBytes(), options);
            return new OnnxBertBiEncoder(environment, session, tokenizer, PoolingMode.MEAN);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream resource = AllMiniLmL6V2QuantizedEmbeddingModel.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IOException("the program lacks its file " + name);
        }
        return resource;
    }

    /** Whoever asks does the work: those who ask are bounded. */
    private static final class InThisThread extends AbstractInProcessEmbeddingModel {

        private final OnnxBertBiEncoder encoder;

        InThisThread(OnnxBertBiEncoder encoder) {
            super(Runnable::run);
            this.encoder = encoder;
        }

        @Override
        protected OnnxBertBiEncoder model() {
            return encoder;
        }
    }
}
