package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.catalog.CatalogService.ProfileSpec;
import dev.freshet.catalog.CatalogService.ProfileSpec.WantedBinding;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Whatever is asked for in whatever order, a profile never leads to nothing, or out of its datasets. */
class ProfileRandomTest {
    private static final int STEPS = 4_000;
    private static final Set<ErrorCode> EXPECTED = Set.of(
            ErrorCode.BAD_REQUEST,
            ErrorCode.DATASET_NOT_FOUND,
            ErrorCode.DATASET_IN_USE,
            ErrorCode.DATASET_IS_DIRECT,
            ErrorCode.DATASET_EXISTS,
            ErrorCode.INDEX_NOT_FOUND,
            ErrorCode.INDEX_EXISTS,
            ErrorCode.INDEX_IN_USE,
            ErrorCode.ALIAS_NOT_FOUND,
            ErrorCode.ALIAS_EXISTS,
            ErrorCode.ALIAS_IN_USE,
            ErrorCode.PROFILE_NOT_FOUND,
            ErrorCode.PROFILE_EXISTS,
            ErrorCode.PROFILE_IN_USE);

    private final RandomGenerator random = TestRandom.create(ProfileRandomTest.class);
    private final InMemoryCatalog catalog =
            new InMemoryCatalog(2, InMemoryCatalog.defaults(), new ManualClock(Instant.EPOCH));
    private final Map<ErrorCode, Integer> refusals = new EnumMap<>(ErrorCode.class);
    private int accepted;

    @Test
    void shouldAlwaysLeadToAnIndexOfABoundDataset() {
        Set<String> profilesSeen = new HashSet<>();
        for (int step = 0; step < STEPS; step++) {
            long version = catalog.current().version();
            Catalog before = catalog.current();
            try {
                change();
                accepted++;
                assertThat(catalog.current().version()).isBetween(version, version + 1);
            } catch (FreshetException e) {
                assertThat(EXPECTED).as(e.getMessage()).contains(e.code());
                refusals.merge(e.code(), 1, Integer::sum);
                assertThat(catalog.current()).as("a refusal changes nothing").isSameAs(before);
            }
            Catalog current = catalog.current();
            check(current);
            current.profiles().all().forEach(profile -> profilesSeen.add(profile.id()));
            if (step % 100 == 0) {
                Catalog again = catalog.readAgain();
                assertThat(again.profiles().all()).isEqualTo(current.profiles().all());
                assertThat(again.profiles().active())
                        .isEqualTo(current.profiles().active());
            }
        }
        assertThat(profilesSeen).as("the test reaches what it is about").hasSize(3);
        assertThat(accepted).isGreaterThan(STEPS / 10);
        assertThat(refusals)
                .containsKeys(
                        ErrorCode.DATASET_IN_USE,
                        ErrorCode.INDEX_IN_USE,
                        ErrorCode.ALIAS_IN_USE,
                        ErrorCode.PROFILE_IN_USE);
    }

    private static void check(Catalog catalog) {
        for (Profile profile : catalog.profiles().all()) {
            for (ProfileBinding binding : profile.bindings()) {
                assertThat(catalog.dataset(binding.datasetId()))
                        .as("dataset of %s", profile)
                        .isPresent();
                IndexDefinition index = binding.index(catalog).orElseThrow();
                assertThat(index.datasetId()).as("index of %s", profile).isEqualTo(binding.datasetId());
                assertThat(catalog.indexOrAlias(binding.target(catalog).orElseThrow()))
                        .contains(index);
            }
        }
        catalog.profiles()
                .active()
                .ifPresent(active ->
                        assertThat(catalog.profiles().find(active.profile())).isPresent());
    }

    private void change() {
        switch (random.nextInt(12)) {
            case 0 -> catalog.putDataset(CatalogCalls.dataset(dataset(), RefreshPolicy.ON_APPEND));
            case 1 -> catalog.dropDataset(dataset());
            case 2 -> catalog.createIndex(CatalogCalls.index(index(), dataset()));
            case 3 -> catalog.createIndex(CatalogCalls.direct(index(), 3));
            case 4 -> catalog.dropIndex(index());
            case 5, 6 -> catalog.putAlias(alias(), index());
            case 7 -> catalog.dropAlias(alias());
            case 8 -> catalog.createProfile(profile());
            case 9 -> catalog.putProfile(profile());
            case 10 -> {
                if (random.nextBoolean()) {
                    catalog.dropProfile(id());
                } else {
                    catalog.deactivateProfile(id());
                }
            }
            default -> catalog.activateProfile(id(), "anna");
        }
    }

    private ProfileSpec profile() {
        List<WantedBinding> bindings = random.ints(1 + random.nextInt(2), 0, 4)
                .mapToObj(target -> new WantedBinding(
                        random.nextInt(4) == 0 ? index() : dataset(),
                        target == 0 ? null : target == 1 ? alias() : index()))
                .toList();
        return new ProfileSpec(
                id(), random.nextBoolean() ? null : "d" + random.nextInt(2), bindings, SearchDefaults.NONE, "anna");
    }

    private String id() {
        return "p" + random.nextInt(3);
    }

    private String dataset() {
        return "d" + random.nextInt(3);
    }

    private String alias() {
        return "a" + random.nextInt(3);
    }

    /** The first one of a dataset, or another. */
    private String index() {
        return random.nextBoolean() ? dataset() + "_v1" : "i" + random.nextInt(3);
    }
}
