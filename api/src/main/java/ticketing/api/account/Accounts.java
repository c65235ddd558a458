package ticketing.api.account;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import ticketing.api.idempotency.Idempotency;
import ticketing.api.limits.Limit;
import ticketing.api.limits.Limits;
import ticketing.api.problem.Problem;
import ticketing.api.problem.Problem.FieldError;
import ticketing.api.problem.ProblemCode;
import ticketing.api.security.AccessTokens;
import ticketing.api.security.Role;
import ticketing.messages.UserId;

/** Everything that can be done with accounts. The only code that sees personal data. */
@Component
public class Accounts {

    private static final int LONGEST_NAME = 200;

    /** Longer than several tabs of a slow browser need to open. */
    private static final Duration GOOD_AGAIN = Duration.ofSeconds(30);

    private final People people;
    private final RefreshTokens refreshTokens;
    private final AccessTokens accessTokens;
    private final PasswordHashing passwords;
    private final Limits limits;
    private final Idempotency idempotency;
    private final List<PersonalData> personalData;
    private final TransactionTemplate transaction;

    Accounts(
            People people,
            RefreshTokens refreshTokens,
            AccessTokens accessTokens,
            PasswordHashing passwords,
            Limits limits,
            Idempotency idempotency,
            List<PersonalData> personalData,
            PlatformTransactionManager transactions) {
        this.people = people;
        this.refreshTokens = refreshTokens;
        this.accessTokens = accessTokens;
        this.passwords = passwords;
        this.limits = limits;
        this.idempotency = idempotency;
        this.personalData = personalData;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * The account with this e-mail; made if there is none. An existing one is left exactly as it is: whoever registered the address first need not be the
     * one for whom it is asked here.
     *
     * @throws IllegalArgumentException if e-mail, password or name cannot be an account's
     */
    public UserId ensure(String email, String password, String name, Set<Role> roles) {
        return ensured(email, password, name, roles).userId();
    }

    /** Whether there is such an account and it has this role. */
    public boolean has(UserId user, Role role) {
        return people.findById(user.value())
                .filter(person -> person.roles().contains(role))
                .isPresent();
    }

    /**
     * The administrator with this e-mail; made if there is no account with it. An existing account becomes an administrator only if this is its password.
     *
     * @return whether there is such an administrator now
     * @throws IllegalArgumentException if e-mail or password cannot be an account's
     */
    boolean ensureAdmin(String email, String password) {
        Profile found = ensured(email, password, "Administrator", EnumSet.of(Role.ADMIN, Role.CUSTOMER));
        if (found.roles().contains(Role.ADMIN)) {
            return true;
        }
        Optional<Person> person = people.findById(found.userId().value());
        if (person.isEmpty() || !passwords.matches(password, person.get().passwordHash())) {
            return false;
        }
        String compared = person.get().passwordHash();
        Optional<Person> promoted = transact(() -> people.locked(found.userId().value())
                .filter(current -> current.passwordHash().equals(compared))
                .map(current -> {
                    Set<Role> all = current.roles();
                    all.add(Role.ADMIN);
                    current.given(all);
                    return people.saveAndFlush(current);
                }));
        promoted.ifPresent(changed -> accessTokens.takeBackOlder(changed.id(), changed.version()));
        return promoted.isPresent();
    }

    private Profile ensured(String email, String password, String name, Set<Role> roles) {
        EmailAddress address =
                EmailAddress.of(email).orElseThrow(() -> new IllegalArgumentException("not an e-mail address"));
        Optional<Person> existing = people.findByEmail(address.value());
        if (existing.isPresent()) {
            return Profile.of(existing.get());
        }
        try {
            return register(email, password, name, roles);
        } catch (Problem problem) {
            if (problem.code() == ProblemCode.VALIDATION_FAILED) {
                throw new IllegalArgumentException(problem.detail(), problem);
            } else if (problem.code() == ProblemCode.EMAIL_TAKEN) {
                // Another node was faster.
                return Profile.of(people.findByEmail(address.value()).orElseThrow(() -> problem));
            }
            throw problem;
        }
    }

    Profile register(@Nullable String email, @Nullable String password, @Nullable String name, Set<Role> roles) {
        List<FieldError> errors = new ArrayList<>();
        Optional<EmailAddress> address = checkedEmail(email, errors);
        checkPassword("password", password, errors);
        String called = checkedName(name, errors);
        if (address.isEmpty() || password == null || !errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        if (people.findByEmail(address.get().value()).isPresent()) {
            throw emailTaken(); // before the slow hash
        }
        Person person = new Person(
                new UserId(UUID.randomUUID().toString().replace("-", "")),
                address.get(),
                called,
                passwords.hash(password),
                roles,
                Instant.now());
        return saved(person);
    }

    Tokens login(String email, String password) {
        EmailAddress address = EmailAddress.of(email).orElse(null);
        String guessed = address == null ? "" : address.value();
        Optional<Person> found = address == null ? Optional.empty() : people.findByEmail(address.value());
        // The same work for an unknown e-mail: how long the answer takes tells nobody who has an account.
        String compared = found.map(Person::passwordHash).orElse(null);
        if (!isRight(guessed, password, compared)) {
            throw badCredentials();
        }
        return transact(() -> {
            // Comparing took a while. Who has a new password meanwhile, or is gone, does not log in with the old one.
            Person person = found.flatMap(one -> people.shared(one.id().value()))
                    .filter(one -> one.passwordHash().equals(compared))
                    .orElseThrow(Accounts::badCredentials);
            return tokens(person, refreshTokens.first(person.id()));
        });
    }

    Tokens refresh(String refreshToken) {
        return refresh(refreshToken, Duration.ZERO);
    }

    /**
     * As {@link #refresh(String)}, for a token that only a browser has, which sends it for every tab and whose answer a reload may throw away: within a
     * moment after its first use it is good again.
     */
    Tokens refreshInPage(String refreshToken) {
        return refresh(refreshToken, GOOD_AGAIN);
    }

    private Tokens refresh(String refreshToken, Duration goodAgain) {
        // The transaction commits also when the answer is no: a family that has to die stays dead.
        Optional<Tokens> tokens = transact(() -> {
            // The person before their tokens, as everybody locks them.
            Optional<Person> person =
                    refreshTokens.ownerOf(refreshToken).flatMap(owner -> people.shared(owner.value()));
            Optional<String> next = refreshTokens.next(refreshToken, goodAgain);
            return person.flatMap(one -> next.map(token -> tokens(one, token)));
        });
        return tokens.orElseThrow(() ->
                new Problem(ProblemCode.BAD_CREDENTIALS, "The refresh token is not good any more; log in again."));
    }

    private Tokens tokens(Person person, String refreshToken) {
        return new Tokens(
                accessTokens.issue(person.id(), person.roles(), person.version()), accessTokens.life(), refreshToken);
    }

    /** Counts as a wrong password from before it is compared until it is known to be right: many at once are not more guesses than one by one. */
    private boolean isRight(String email, String password, @Nullable String hash) {
        limits.take(Limit.WRONG_PASSWORD, email);
        boolean compared = false;
        boolean right = false;
        try {
            right = passwords.matches(password, hash);
            compared = true;
        } finally {
            if (right || !compared) {
                limits.giveBack(Limit.WRONG_PASSWORD, email);
            }
        }
        return right;
    }

    void logout(String refreshToken) {
        refreshTokens.killFamilyOf(refreshToken);
    }

    void logoutEverywhere(UserId user) {
        refreshTokens.killAllOf(user);
    }

    Profile profile(UserId user) {
        return Profile.of(existing(user));
    }

    /** Whatever is null stays as it is. */
    Profile change(
            UserId user,
            @Nullable String email,
            @Nullable String name,
            @Nullable String password,
            @Nullable String currentPassword) {
        List<FieldError> errors = new ArrayList<>();
        Optional<EmailAddress> address = email == null ? Optional.empty() : checkedEmail(email, errors);
        String called = name == null ? null : checkedName(name, errors);
        if (password != null) {
            checkPassword("password", password, errors);
            if (currentPassword == null) {
                errors.add(new FieldError("currentPassword", "is needed to change the password"));
            }
        }
        if (email == null && name == null && password == null) {
            errors.add(new FieldError("", "Nothing to change: give name, email or password."));
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        NewPassword changed =
                password == null ? null : newPassword(user, password, currentPassword == null ? "" : currentPassword);
        Person after;
        try {
            after = transact(() -> {
                Person person = locked(user);
                address.ifPresent(person::reachedAt);
                if (called != null) {
                    person.called(called);
                }
                if (changed != null) {
                    if (!person.passwordHash().equals(changed.replacedHash())) {
                        throw wrongCurrentPassword(); // somebody else has changed it meanwhile
                    }
                    person.identifiedBy(changed.hash());
                    refreshTokens.killAllOf(user);
                }
                return people.saveAndFlush(person);
            });
        } catch (DataIntegrityViolationException e) {
            throw emailTaken();
        }
        if (changed != null) {
            accessTokens.takeBackOlder(user, after.version());
        }
        return Profile.of(after);
    }

    private NewPassword newPassword(UserId user, String password, String currentPassword) {
        Person person = existing(user);
        if (!isRight(person.email(), currentPassword, person.passwordHash())) {
            throw wrongCurrentPassword();
        }
        return new NewPassword(passwords.hash(password), person.passwordHash());
    }

    private static Problem wrongCurrentPassword() {
        return new Problem(ProblemCode.BAD_CREDENTIALS, "The current password is wrong.");
    }

    /** Erases the person. What they did stays under their pseudonym, which nothing can lead back to them any more. */
    void erase(UserId user) {
        transact(() -> {
            if (existing(user).roles().contains(Role.ADMIN)) {
                requireAnotherAdmin(user);
            }
            Person person = locked(user);
            idempotency.forget(user);
            refreshTokens.killAllOf(user);
            people.delete(person);
            return user;
        });
        accessTokens.takeBackForever(user);
    }

    Map<String, Object> export(UserId user) {
        Person person = existing(user);
        Map<String, Object> everything = new LinkedHashMap<>();
        everything.put("userId", person.id());
        everything.put("email", person.email());
        everything.put("name", person.name());
        everything.put("roles", person.roles());
        everything.put("createdAt", person.createdAt());
        everything.put("logins", refreshTokens.sessionsOf(user));
        personalData.forEach(part -> part.of(user).forEach(everything::putIfAbsent));
        return everything;
    }

    Profile giveRoles(UserId user, Set<Role> roles) {
        Person changed = transact(() -> {
            Person person = people.findById(user.value())
                    .orElseThrow(() -> new Problem(ProblemCode.USER_NOT_FOUND, "There is no such user."));
            if (person.roles().contains(Role.ADMIN) && !roles.contains(Role.ADMIN)) {
                requireAnotherAdmin(user);
            }
            person.given(roles);
            return people.saveAndFlush(person);
        });
        accessTokens.takeBackOlder(user, changed.version());
        return Profile.of(changed);
    }

    private void requireAnotherAdmin(UserId user) {
        if (people.lockedAdmins().stream().allMatch(admin -> admin.id().equals(user))) {
            throw new Problem(ProblemCode.LAST_ADMIN, "Nobody else is an administrator; make somebody one first.");
        }
    }

    private Person existing(UserId user) {
        return people.findById(user.value()).orElseThrow(Accounts::gone);
    }

    /** Whoever also touches the person's refresh tokens does so after this, or two could wait for one another. */
    private Person locked(UserId user) {
        return people.locked(user.value()).orElseThrow(Accounts::gone);
    }

    private static Problem gone() {
        return new Problem(ProblemCode.UNAUTHENTICATED, "The account this token was for does not exist any more.")
                .withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }

    private Profile saved(Person person) {
        try {
            return Profile.of(people.saveAndFlush(person));
        } catch (DataIntegrityViolationException e) {
            throw emailTaken(); // somebody was faster: nothing else is wrong with what was checked before
        }
    }

    private <T> T transact(java.util.function.Supplier<T> work) {
        return java.util.Objects.requireNonNull(transaction.execute(_ -> work.get()));
    }

    private static Optional<EmailAddress> checkedEmail(@Nullable String email, List<FieldError> errors) {
        if (email == null) {
            errors.add(new FieldError("email", "is missing"));
            return Optional.empty();
        }
        Optional<EmailAddress> address = EmailAddress.of(email);
        if (address.isEmpty()) {
            errors.add(new FieldError("email", "is not an e-mail address"));
        }
        return address;
    }

    private static void checkPassword(String field, @Nullable String password, List<FieldError> errors) {
        if (password == null) {
            errors.add(new FieldError(field, "is missing"));
        } else if (!PasswordHashing.isPossible(password)) {
            errors.add(new FieldError(
                    field,
                    "must have " + PasswordHashing.SHORTEST_BYTES + " to " + PasswordHashing.LONGEST_BYTES + " bytes"));
        }
    }

    private static String checkedName(@Nullable String name, List<FieldError> errors) {
        if (name == null) {
            errors.add(new FieldError("name", "is missing"));
            return "";
        }
        String stripped = name.strip();
        if (stripped.isEmpty() || stripped.length() > LONGEST_NAME) {
            errors.add(new FieldError("name", "must have 1 to " + LONGEST_NAME + " characters"));
        } else if (stripped.chars().anyMatch(Character::isISOControl)) {
            errors.add(new FieldError("name", "must not have control characters"));
        }
        return stripped;
    }

    private static Problem emailTaken() {
        return new Problem(ProblemCode.EMAIL_TAKEN, "There already is an account with this e-mail.");
    }

    private static Problem badCredentials() {
        return new Problem(ProblemCode.BAD_CREDENTIALS, "No account has this e-mail and this password.");
    }

    /** What everybody who registers may do. */
    static final Set<Role> OF_EVERYBODY = java.util.Collections.unmodifiableSet(EnumSet.of(Role.CUSTOMER));

    /** @param replacedHash of the password that was given as the current one */
    private record NewPassword(String hash, String replacedHash) {
        @Override
        public String toString() {
            return "NewPassword[…]";
        }
    }

    record Tokens(String accessToken, java.time.Duration life, String refreshToken) {
        @Override
        public String toString() {
            return "Tokens[…]";
        }
    }
}
