package ticketing.api.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ticketing.api.security.Role;
import ticketing.messages.UserId;

/** An account's row. */
@Entity
@Table(schema = "account", name = "person")
class Person {

    @Id
    @Column(name = "user_id")
    private String userId;

    private String email;

    private String name;

    @Column(name = "password_hash")
    private String passwordHash;

    private String[] roles;

    @Column(name = "created_at")
    private Instant createdAt;

    /** Null before it is first stored, by which Spring Data knows it for new. */
    @Version
    private @Nullable Integer version;

    /** For Hibernate alone. */
    @SuppressWarnings("NullAway.Init")
    protected Person() {}

    Person(UserId id, EmailAddress email, String name, String passwordHash, Set<Role> roles, Instant createdAt) {
        this.userId = id.value();
        this.email = email.value();
        this.name = name;
        this.passwordHash = passwordHash;
        this.roles = names(roles);
        this.createdAt = createdAt;
    }

    private static String[] names(Set<Role> roles) {
        return roles.stream().map(Role::name).sorted().toArray(String[]::new);
    }

    UserId id() {
        return new UserId(userId);
    }

    String email() {
        return email;
    }

    String name() {
        return name;
    }

    String passwordHash() {
        return passwordHash;
    }

    Instant createdAt() {
        return createdAt;
    }

    Set<Role> roles() {
        Set<Role> set = EnumSet.noneOf(Role.class);
        Arrays.stream(roles).map(Role::valueOf).forEach(set::add);
        return set;
    }

    /** How often it was changed since it was first stored. */
    int version() {
        return version == null ? 0 : version;
    }

    void reachedAt(EmailAddress address) {
        email = address.value();
    }

    void called(String newName) {
        name = newName;
    }

    void identifiedBy(String newPasswordHash) {
        passwordHash = newPasswordHash;
    }

    void given(Set<Role> newRoles) {
        roles = names(newRoles);
    }
}
