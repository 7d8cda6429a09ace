package dev.freshet.catalog;

import dev.freshet.catalog.CatalogService.ProfileSpec;
import dev.freshet.schemas.avro.ActiveProfileEntry;
import dev.freshet.schemas.avro.BindingEntry;
import dev.freshet.schemas.avro.ProfileEntry;
import dev.freshet.schemas.avro.PutProfile;
import dev.freshet.schemas.avro.SearchDefaultsEntry;
import dev.freshet.schemas.avro.WantedBinding;

/** Profiles to and from their records. */
final class ProfileEntries {
    /** Where the one active profile stands. */
    static final String ACTIVE_KEY = "active/profile";

    private ProfileEntries() {}

    static String key(String id) {
        return "profile/" + id;
    }

    static Profile profile(ProfileEntry entry) {
        return new Profile(
                entry.getId(),
                entry.getDescription(),
                entry.getBindings().stream().map(ProfileEntries::binding).toList(),
                defaults(entry.getSearch()),
                entry.getCreatedBy(),
                entry.getCreated(),
                entry.getUpdated());
    }

    static ProfileEntry entry(Profile profile) {
        return new ProfileEntry(
                profile.id(),
                profile.description(),
                profile.bindings().stream().map(ProfileEntries::entry).toList(),
                entry(profile.search()),
                profile.createdBy(),
                profile.created(),
                profile.updated());
    }

    static ActiveProfile active(ActiveProfileEntry entry) {
        return new ActiveProfile(entry.getProfile(), entry.getActivatedBy(), entry.getActivated());
    }

    static ActiveProfileEntry entry(ActiveProfile active) {
        return new ActiveProfileEntry(active.profile(), active.activatedBy(), active.activated());
    }

    static SearchDefaults defaults(SearchDefaultsEntry entry) {
        return new SearchDefaults(
                entry.getK(), entry.getEf(), entry.getScoreThreshold(), entry.getGroupByRow(), entry.getFilter());
    }

    /**
     * The command that puts a profile.
     *
     * @param replace whether it may take the place of one of its id
     */
    static PutProfile command(ProfileSpec spec, boolean replace) {
        return new PutProfile(
                spec.id(),
                spec.description(),
                spec.bindings().stream()
                        .map(wanted -> new WantedBinding(wanted.dataset(), wanted.index()))
                        .toList(),
                entry(spec.search()),
                spec.by(),
                replace);
    }

    private static ProfileBinding binding(BindingEntry entry) {
        return new ProfileBinding(entry.getDatasetId(), entry.getIndexId(), entry.getAlias());
    }

    private static BindingEntry entry(ProfileBinding binding) {
        return new BindingEntry(binding.datasetId(), binding.indexId(), binding.alias());
    }

    private static SearchDefaultsEntry entry(SearchDefaults search) {
        return new SearchDefaultsEntry(
                search.k(), search.ef(), search.scoreThreshold(), search.groupByRow(), search.filter());
    }
}
