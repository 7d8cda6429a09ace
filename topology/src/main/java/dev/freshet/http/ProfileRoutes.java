package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.ActiveProfile;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.ProfileResult;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Names;
import dev.freshet.catalog.Profile;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code /v1/catalog/profiles}: reader profiles; and which of them is active. */
final class ProfileRoutes {
    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final Supplier<Function<IndexDefinition, IndexInfo>> indexes;
    private final Function<Context, String> caller;
    private final long maxBodyBytes;

    /**
     * @param indexes all that is known of indexes at this moment; asked once per request
     * @param caller the name of who asks
     */
    ProfileRoutes(
            CatalogService catalog,
            Supplier<Function<IndexDefinition, IndexInfo>> indexes,
            Function<Context, String> caller,
            HttpSettings settings) {
        this.catalog = catalog;
        this.lookup = new CatalogLookup(catalog);
        this.indexes = requireNonNull(indexes, "indexes is null");
        this.caller = requireNonNull(caller, "caller is null");
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/catalog/profiles", this::list, Access.READ);
        routes.post("/v1/catalog/profiles", this::create, Access.ADMIN);
        routes.get("/v1/catalog/profiles/{id}", this::get, Access.READ);
        routes.put("/v1/catalog/profiles/{id}", this::put, Access.ADMIN);
        routes.delete("/v1/catalog/profiles/{id}", this::drop, Access.ADMIN);
        routes.get("/v1/vectors/profile/active", this::active, Access.READ);
        routes.post("/v1/vectors/profile/{id}/activate", this::activate, Access.ADMIN);
        routes.post("/v1/vectors/profile/{id}/deactivate", this::deactivate, Access.ADMIN);
    }

    private void list(Context context) {
        QueryParameters.of(context);
        Catalog current = catalog.current();
        Answers.json(
                context,
                200,
                new ProfileInfo.Listing(current.profiles().all().stream()
                        .map(profile -> ProfileInfo.of(profile, current))
                        .toList()));
    }

    private void create(Context context) throws IOException {
        QueryParameters.of(context);
        byte[] body = RequestBody.json(context, maxBodyBytes);
        Profile created = catalog.createProfile(ProfileRequest.create(body, caller.apply(context)));
        Answers.json(context, 201, ProfileInfo.of(created, catalog.current()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Profile profile = lookup.profile(context.pathParam("id"));
        Answers.json(context, 200, ProfileInfo.of(profile, catalog.current()));
    }

    private void put(Context context) throws IOException {
        QueryParameters.of(context);
        String id = Names.require("profile", context.pathParam("id"));
        byte[] body = RequestBody.json(context, maxBodyBytes);
        ProfileResult result = catalog.putProfile(ProfileRequest.replace(id, body, caller.apply(context)));
        Answers.json(context, result.created() ? 201 : 200, ProfileInfo.of(result.profile(), catalog.current()));
    }

    private void drop(Context context) {
        QueryParameters.of(context);
        catalog.dropProfile(lookup.profile(context.pathParam("id")).id());
        context.status(204);
    }

    private void active(Context context) {
        QueryParameters.of(context);
        Profile profile = lookup.activeProfile();
        Catalog current = catalog.current();
        ActiveProfile active = current.profiles()
                .active()
                .filter(still -> still.profile().equals(profile.id()))
                .orElseThrow(CatalogLookup::noActiveProfile);
        Answers.json(context, 200, ActiveProfileInfo.of(active, profile, current, indexes.get()));
    }

    private void activate(Context context) {
        QueryParameters.of(context);
        Profile profile = lookup.profileOrActive(context.pathParam("id"));
        ActiveProfile active = catalog.activateProfile(profile.id(), caller.apply(context));
        Answers.json(
                context,
                200,
                ActiveProfileInfo.of(active, lookup.profile(profile.id()), catalog.current(), indexes.get()));
    }

    private void deactivate(Context context) {
        QueryParameters.of(context);
        Profile profile = lookup.profileOrActive(context.pathParam("id"));
        catalog.deactivateProfile(profile.id());
        Answers.json(context, 200, new ActiveProfileInfo.Inactive(profile.id(), false));
    }
}
