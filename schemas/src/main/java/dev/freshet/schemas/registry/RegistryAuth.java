package dev.freshet.schemas.registry;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** How to prove to a schema registry who we are. The text form of every kind hides its secret, so that it may be logged. */
public sealed interface RegistryAuth {
    /** The value of the {@code Authorization} header, empty when none is sent. It holds the secret: never log it. */
    Optional<String> header();

    /** No credentials. */
    record None() implements RegistryAuth {
        @Override
        public Optional<String> header() {
            return Optional.empty();
        }
    }

    /** User and password, as in HTTP basic authentication. */
    record Basic(String user, String password) implements RegistryAuth {
        public Basic {
            requireNonNull(user, "user is null");
            requireNonNull(password, "password is null");
            if (user.indexOf(':') >= 0) {
                throw new IllegalArgumentException("A user name with a ':' cannot be sent by basic authentication");
            }
        }

        @Override
        public Optional<String> header() {
            byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(credentials));
        }

        @Override
        public String toString() {
            return "Basic[user=" + user + ", password=(hidden)]";
        }
    }

    /** A token that is sent as it is. */
    record Bearer(String token) implements RegistryAuth {
        public Bearer {
            requireNonNull(token, "token is null");
        }

        @Override
        public Optional<String> header() {
            return Optional.of("Bearer " + token);
        }

        @Override
        public String toString() {
            return "Bearer[token=(hidden)]";
        }
    }
}
