package dev.freshet.refresh;

import dev.freshet.schemas.privacy.HashKey;
import org.jspecify.annotations.Nullable;

/**
 * How the refresh application treats personal data.
 *
 * @param hashKey of hashed columns; null: there is none
 * @param sampleRows how many rows of each dataset each task looks at to find personal data, from when it starts; 0: none
 */
public record PrivacySettings(@Nullable HashKey hashKey, int sampleRows) {
    /** No key, and no look at values. */
    public static final PrivacySettings NONE = new PrivacySettings(null, 0);

    public PrivacySettings {
        if (sampleRows < 0) {
            throw new IllegalArgumentException("sampleRows is " + sampleRows + ", must not be negative");
        }
    }
}
