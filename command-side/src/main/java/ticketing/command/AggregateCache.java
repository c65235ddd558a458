package ticketing.command;

import java.util.function.UnaryOperator;
import org.axonframework.common.Registration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps aggregates between commands, at most so many. Right only where this process is the only writer: another writer's events would go unseen until a
 * conflict, and a ticket could be refused that the other has freed. Whoever asks for an aggregate holds its lock.
 */
final class AggregateCache implements org.axonframework.common.caching.Cache {

    private final GenerationalCache<Object, Object> entries;

    AggregateCache(int most) {
        this.entries = new GenerationalCache<>(most);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <K, V> @Nullable V get(K key) {
        Object value = entries.get(key);
        if (value != null) {
            // What is in use stays.
            entries.put(key, value);
        }
        return (V) value;
    }

    /** An aggregate that was created for nothing has no identifier yet, and is not kept. */
    @Override
    public void put(@Nullable Object key, Object value) {
        if (key != null) {
            entries.put(key, value);
        }
    }

    @Override
    public boolean putIfAbsent(Object key, Object value) {
        boolean absent = entries.get(key) == null;
        if (absent) {
            entries.put(key, value);
        }
        return absent;
    }

    @Override
    public boolean remove(@Nullable Object key) {
        return key != null && entries.remove(key);
    }

    @Override
    public void removeAll() {
        entries.clear();
    }

    @Override
    public boolean containsKey(Object key) {
        return entries.get(key) != null;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> void computeIfPresent(Object key, UnaryOperator<V> update) {
        Object value = entries.get(key);
        if (value != null) {
            Object updated = update.apply((V) value);
            if (updated == null) {
                entries.remove(key);
            } else {
                entries.put(key, updated);
            }
        }
    }

    @Override
    public Registration registerCacheEntryListener(EntryListener listener) {
        throw new UnsupportedOperationException("Nobody listens to this cache");
    }
}
