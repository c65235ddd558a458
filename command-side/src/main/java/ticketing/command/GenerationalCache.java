package ticketing.command;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map of what was put lately, in two generations: when the young one is full, it becomes the old one, and the old one is forgotten. So what was put last
 * is surely there, and nothing has to be kept in any order: of a hold's time a cache that knows what was used least took a tenth.
 *
 * <p>Of one key, {@code put} and {@code remove} must not be called at the same time.
 */
public final class GenerationalCache<K, V> {

    private final int generation;
    private volatile Generations<K, V> generations = new Generations<>(new Generation<>());

    private static final class Generation<K, V> {
        final ConcurrentMap<K, V> entries = new ConcurrentHashMap<>();
        final AtomicInteger size = new AtomicInteger();
    }

    private static final class Generations<K, V> {
        final Generation<K, V> young = new Generation<>();
        final Generation<K, V> old;

        Generations(Generation<K, V> old) {
            this.old = old;
        }
    }

    /** @param most how many entries are kept at most; half as many are kept at least, once there have been as many */
    public GenerationalCache(int most) {
        this.generation = Math.max(1, most / 2);
    }

    /** What was put for this key last, unless it was removed or forgotten. */
    public @Nullable V get(K key) {
        Generations<K, V> now = generations;
        V value = now.young.entries.get(key);
        return value == null ? now.old.entries.get(key) : value;
    }

    /** Keeps this value for this key, in the young generation. */
    public void put(K key, V value) {
        Generations<K, V> now = generations;
        if (now.young.entries.put(key, value) == null && now.young.size.incrementAndGet() >= generation) {
            rotate(now);
        }
    }

    private synchronized void rotate(Generations<K, V> full) {
        if (generations == full) {
            generations = new Generations<>(full.young);
        }
    }

    /**
     * Forgets this key.
     *
     * @return whether anything was kept for it
     */
    public boolean remove(K key) {
        Generations<K, V> now = generations;
        // The old one first, or somebody would see what was put before the last value.
        boolean wasOld = now.old.entries.remove(key) != null;
        boolean wasYoung = now.young.entries.remove(key) != null;
        if (wasYoung) {
            now.young.size.decrementAndGet();
        }
        // Meanwhile the young one may have become the old one: then it was found as such; what was put since is not
        // ours.
        return wasOld || wasYoung;
    }

    /** Forgets everything. */
    public void clear() {
        generations = new Generations<>(new Generation<>());
    }
}
