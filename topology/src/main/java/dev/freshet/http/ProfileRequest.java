package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.CatalogService.ProfileSpec;
import dev.freshet.catalog.CatalogService.ProfileSpec.WantedBinding;
import dev.freshet.catalog.SearchDefaults;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Filter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The definition of a reader profile, as bodies carry it. */
final class ProfileRequest {
    private static final List<String> FIELDS = List.of("description", "bindings", "search");
    private static final List<String> FIELDS_WITH_ID = List.of("id", "description", "bindings", "search");
    private static final List<String> BINDING = List.of("dataset", "index");
    private static final List<String> SEARCH = List.of("k", "ef", "score_threshold", "group_by_row", "filter");

    private ProfileRequest() {}

    /** The body of {@code POST /v1/catalog/profiles}. */
    static ProfileSpec create(byte[] body, String by) {
        JsonNode json = HttpJson.read(body);
        JsonFields fields = JsonFields.of(json, FIELDS_WITH_ID);
        return spec(fields.requiredText("id"), fields, json, by);
    }

    /** The body of {@code PUT /v1/catalog/profiles/{id}}. */
    static ProfileSpec replace(String id, byte[] body, String by) {
        JsonNode json = HttpJson.read(body);
        return spec(id, JsonFields.of(json, FIELDS), json, by);
    }

    private static ProfileSpec spec(String id, JsonFields fields, JsonNode body, String by) {
        List<WantedBinding> bindings = new ArrayList<>();
        for (JsonNode element : fields.requiredArray("bindings")) {
            String place = "bindings[" + bindings.size() + "]";
            JsonFields binding = JsonFields.of(object(place, element), BINDING);
            bindings.add(new WantedBinding(binding.requiredText("dataset"), binding.text("index")));
        }
        return new ProfileSpec(id, fields.text("description"), bindings, search(body.path("search")), by);
    }

    private static SearchDefaults search(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return SearchDefaults.NONE;
        }
        JsonFields fields = JsonFields.of(object("search", json), SEARCH);
        return new SearchDefaults(
                fields.integer("k", 1, SearchBody.MAX_K),
                fields.integer("ef", 1, SearchBody.MAX_EF),
                fields.number("score_threshold"),
                fields.has("group_by_row") ? (Boolean) fields.flag("group_by_row", false) : null,
                fields.has("filter") ? filter(object("search.filter", json.path("filter"))) : null);
    }

    /** Reads it as a search does, so that none is kept that no search could take. */
    private static String filter(JsonNode json) {
        return Filter.parse(new String(HttpJson.write(json), StandardCharsets.UTF_8))
                .json();
    }

    private static JsonNode object(String place, JsonNode json) {
        if (!json.isObject()) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, "'" + place + "' is " + HttpJson.typeName(json) + ", must be an object");
        }
        return json;
    }
}
