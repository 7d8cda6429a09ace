package dev.freshet.http;

import dev.freshet.catalog.Profile;
import dev.freshet.http.ProfileScope.Found;
import dev.freshet.http.Searches.Target;
import dev.freshet.search.Filter;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/**
 * {@code POST /v1/vectors/profile/{id}/search}: searches that see what a reader profile is bound to, and nothing else. {@code {id}} may be {@value Profile#ACTIVE}.
 *
 * <p>A profile is looked up together with what is searched, so its scope and its filter are always those of one definition. Every request that leaves here
 * carries that filter.
 */
final class ProfileSearchRoutes {
    private final CatalogLookup lookup;
    private final Searches searches;
    private final SearchPlaces places;
    private final HttpSettings settings;

    ProfileSearchRoutes(HttpServices services, Searches searches, SearchPlaces places, HttpSettings settings) {
        this.lookup = new CatalogLookup(services.catalog());
        this.searches = searches;
        this.places = places;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/vectors/profile/{id}/search", this::search, Access.PROFILE);
    }

    private void search(Context context) throws IOException {
        long start = System.nanoTime();
        QueryParameters.of(context);
        Profile profile = lookup.profileOrActive(context.pathParam("id"));
        ProfileSearchBody body = ProfileSearchBody.read(RequestBody.json(context, settings.maxBodyBytes()));
        Answers.json(
                context,
                200,
                places.search(
                        SearchBody.waits(body.search()),
                        () -> searches.run(
                                target(profile, body), () -> target(lookup.profile(profile.id()), body), start)));
    }

    private Target target(Profile profile, ProfileSearchBody body) {
        Found found = new ProfileScope(profile, lookup).find(body.dataset(), body.index());
        return new Target(
                found.name(),
                found.index(),
                () -> within(
                        profile,
                        SearchBody.read(body.completed(profile.search()), found.index(), settings.searchTimeout())));
    }

    /** The searches of those rows alone for which the profile's filter holds. */
    private static SearchBody within(Profile profile, SearchBody body) {
        String filter = profile.search().filter();
        if (filter == null) {
            return body;
        }
        Filter always = Filter.parse(filter);
        return body.with(request -> request.within(always));
    }
}
