package ticketing.api.account;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The accounts' table. */
interface People extends Repository<Person, String> {

    Optional<Person> findById(String userId);

    Optional<Person> findByEmail(String email);

    /** Not changed by others before this transaction ends; any number may hold it so. */
    @Lock(LockModeType.PESSIMISTIC_READ)
    @Query("select p from Person p where p.userId = :userId")
    Optional<Person> shared(String userId);

    /** Neither changed nor {@link #shared} by others before this transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select p from Person p where p.userId = :userId")
    Optional<Person> locked(String userId);

    Person saveAndFlush(Person person);

    void delete(Person person);

    /** Locked, so that two administrators cannot take the role from one another at the same time. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select p from Person p where array_contains(p.roles, 'ADMIN') order by p.userId")
    List<Person> lockedAdmins();
}
