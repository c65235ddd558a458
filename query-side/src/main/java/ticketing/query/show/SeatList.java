package ticketing.query.show;

import java.util.AbstractSequentialList;
import java.util.BitSet;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.IntFunction;

/** For each seat of a set something that is made when it is read: some bits for a seat, where a stadium's tickets would take megabytes. */
final class SeatList<T> extends AbstractSequentialList<T> {
    private final BitSet seats;
    private final int size;
    private final IntFunction<T> element;

    SeatList(BitSet seats, IntFunction<T> element) {
        this.seats = seats;
        this.size = seats.cardinality();
        this.element = element;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ListIterator<T> listIterator(int from) {
        Objects.checkIndex(from, size + 1);
        int first = -1;
        for (int i = 0; i < from; i++) {
            first = seats.nextSetBit(first + 1);
        }
        return new Walk(from, first);
    }

    private final class Walk implements ListIterator<T> {
        private int nextIndex;
        /** The seat before the next one; -1 at the beginning. */
        private int last;

        Walk(int nextIndex, int last) {
            this.nextIndex = nextIndex;
            this.last = last;
        }

        @Override
        public boolean hasNext() {
            return nextIndex < size;
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            last = seats.nextSetBit(last + 1);
            nextIndex++;
            return element.apply(last);
        }

        @Override
        public boolean hasPrevious() {
            return nextIndex > 0;
        }

        @Override
        public T previous() {
            if (!hasPrevious()) {
                throw new NoSuchElementException();
            }
            int seat = last;
            last = seats.previousSetBit(seat - 1);
            nextIndex--;
            return element.apply(seat);
        }

        @Override
        public int nextIndex() {
            return nextIndex;
        }

        @Override
        public int previousIndex() {
            return nextIndex - 1;
        }

        @Override
        public void remove() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void set(T other) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void add(T other) {
            throw new UnsupportedOperationException();
        }
    }
}
