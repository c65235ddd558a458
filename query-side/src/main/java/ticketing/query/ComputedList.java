package ticketing.query;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/**
 * A list whose elements are made whenever they are read and kept nowhere. A large answer is written from it element by element, so that a client who
 * reads slowly holds no graph of objects in memory.
 */
public final class ComputedList<T> extends AbstractList<T> implements RandomAccess {

    private final int size;
    private final IntFunction<T> element;

    /** @param element makes the element of an index; the same one whenever it is asked */
    public ComputedList(int size, IntFunction<T> element) {
        this.size = size;
        this.element = element;
    }

    @Override
    public T get(int index) {
        return element.apply(Objects.checkIndex(index, size));
    }

    @Override
    public int size() {
        return size;
    }
}
