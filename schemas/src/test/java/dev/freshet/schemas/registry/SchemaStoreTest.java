package dev.freshet.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaStoreTest {
    private static final String ONE_FIELD = record("{'name':'a','type':'string'}");
    private static final String SECOND_FIELD_WITH_DEFAULT =
            record("{'name':'a','type':'string'},{'name':'b','type':'int','default':0}");
    private static final String SECOND_FIELD_WITHOUT_DEFAULT =
            record("{'name':'a','type':'string'},{'name':'b','type':'int'}");

    private final SchemaStore store = new SchemaStore();

    private static String record(String fields) {
        return "{'type':'record','name':'R','fields':[%s]}".formatted(fields).replace('\'', '"');
    }

    private SchemaStore.Registration register(String subject, String schema) {
        SchemaStore.Plan plan = store.plan(subject, schema);
        store.apply(plan.registration());
        return plan.registration();
    }

    @Test
    void numbersIdsOverAllSubjectsAndVersionsWithinOne() {
        assertThat(register("a", ONE_FIELD)).extracting("id", "version").containsExactly(1, 1);
        assertThat(register("a", SECOND_FIELD_WITH_DEFAULT))
                .extracting("id", "version")
                .containsExactly(2, 2);
        assertThat(register("b", "\"string\"")).extracting("id", "version").containsExactly(3, 1);
        assertThat(store.subjects()).containsExactly("a", "b");
    }

    @Test
    void theSameSchemaHasOneIdWhateverItsBlanksAndSubject() {
        int id = register("a", ONE_FIELD).id();
        String spaced = ONE_FIELD.replace(",", " ,\n ").replace("{", "{ ");
        assertThat(store.plan("a", spaced)).isInstanceOf(SchemaStore.Plan.Found.class);
        assertThat(register("b", spaced).id()).isEqualTo(id);
        assertThat(store.versionsOf(id)).extracting("subject").containsExactly("a", "b");
    }

    @Test
    void planningChangesNothing() {
        store.plan("a", ONE_FIELD);
        assertThat(store.subjects()).isEmpty();
        assertThat(store.plan("a", ONE_FIELD).registration().id()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, true, true, true",
        "BACKWARD, true, false, true",
        "FORWARD, true, true, false",
        "FULL, true, false, false",
    })
    void checksTheNextSchemaByTheSubjectsLevel(
            CompatibilityLevel level, boolean withDefault, boolean withoutDefault, boolean fieldRemoved) {
        register("a", ONE_FIELD);
        store.setCompatibility("a", level);
        assertThat(store.incompatibilities("a", SchemaStore.parse(SECOND_FIELD_WITH_DEFAULT))
                        .isEmpty())
                .isEqualTo(withDefault);
        assertThat(store.incompatibilities("a", SchemaStore.parse(SECOND_FIELD_WITHOUT_DEFAULT))
                        .isEmpty())
                .isEqualTo(withoutDefault);
        assertThat(store.incompatibilities("a", SchemaStore.parse(record(""))).isEmpty())
                .isEqualTo(fieldRemoved);
    }

    @Test
    void transitiveLevelsLookBehindTheLatestVersion() {
        register("a", record(""));
        register("a", SECOND_FIELD_WITH_DEFAULT.replace("\"type\":\"string\"", "\"type\":\"string\",\"default\":\"\""));
        String readsTheLatestOnly = ONE_FIELD;
        assertThat(store.incompatibilities("a", SchemaStore.parse(readsTheLatestOnly)))
                .isEmpty();
        store.setCompatibility(null, CompatibilityLevel.BACKWARD_TRANSITIVE);
        assertThat(store.incompatibilities("a", SchemaStore.parse(readsTheLatestOnly)))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("cannot read version 1", "/fields/0");
    }

    @Test
    void refusesAnIncompatibleSchemaAndSaysWhy() {
        register("a", ONE_FIELD);
        assertThatThrownBy(() -> store.plan("a", SECOND_FIELD_WITHOUT_DEFAULT))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("\"a\"")
                .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1")
                .extracting("errorCode")
                .isEqualTo(409);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refused(() -> store.plan("a", "{not avro"), 42201);
        refused(() -> store.plan("a", "{\"type\":\"nothing\"}"), 42201);
        refused(() -> store.plan(" ", ONE_FIELD), 42208);
        refused(() -> store.versions("a"), 40401);
        refused(() -> store.find("a", ONE_FIELD), 40401);
        refused(() -> store.schemaText(7), 40403);
        refused(() -> CompatibilityLevel.of("sideways"), 42203);
        register("a", ONE_FIELD);
        refused(() -> store.version("a", 2), 40402);
        refused(() -> store.find("a", "\"string\""), 40403);
    }

    @Test
    void aLogAppliedInOrderGivesTheSameState() {
        List<SchemaStore.Registration> log = new ArrayList<>();
        log.add(register("a", ONE_FIELD));
        log.add(register("a", SECOND_FIELD_WITH_DEFAULT));
        log.add(register("b", ONE_FIELD));
        SchemaStore replayed = new SchemaStore();
        log.forEach(replayed::apply);
        log.forEach(replayed::apply);
        assertThat(replayed.versions("a")).isEqualTo(store.versions("a"));
        assertThat(replayed.latest("b").id()).isEqualTo(1);
        assertThat(replayed.plan("c", "\"long\"").registration().id()).isEqualTo(3);
    }

    @Test
    void deletedVersionsAreNotListedButTheirIdsResolveAndAreNotGivenAgain() {
        register("a", ONE_FIELD);
        int id = register("a", SECOND_FIELD_WITH_DEFAULT).id();
        store.markDeleted("a", 2);
        assertThat(store.subjects()).isEmpty();
        assertThat(store.schemaText(id)).contains("\"b\"");
        assertThat(register("a", "\"string\"")).extracting("id", "version").containsExactly(3, 3);
        store.remove("a", 3);
        refused(() -> store.versions("a"), 40401);
        assertThat(store.plan("z", "\"long\"").registration().id()).isEqualTo(4);
    }

    @Test
    void keepsIdsOfSchemasThatAreNotAvro() {
        store.apply(new SchemaStore.Registration("p", 1, 9, "syntax = \"proto3\";", false));
        assertThat(store.schemaText(9)).startsWith("syntax");
        assertThat(store.plan("a", ONE_FIELD).registration().id()).isEqualTo(10);
    }

    private static void refused(Runnable task, int errorCode) {
        assertThatThrownBy(task::run)
                .isInstanceOfSatisfying(
                        SchemaRefusedException.class,
                        e -> assertThat(e.errorCode()).isEqualTo(errorCode));
    }
}
