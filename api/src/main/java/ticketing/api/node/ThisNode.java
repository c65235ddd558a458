package ticketing.api.node;

/**
 * This process among those that share a database.
 *
 * @param name unique among them; the same again after a restart lets it take up at once what it had claimed before
 * @param alone whether no other process uses the database
 */
public record ThisNode(String name, boolean alone) {

    /** What stands for the name in the database's locks. Of the few nodes of one database no two have the same, unless they have the same name. */
    public int key() {
        int hash = name.hashCode();
        // 0 is everybody's.
        return hash == 0 ? 1 : hash;
    }
}
