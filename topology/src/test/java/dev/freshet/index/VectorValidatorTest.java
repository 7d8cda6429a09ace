package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class VectorValidatorTest {
    private final VectorValidator cosine = new VectorValidator(3, DistanceFunction.COSINE);
    private final VectorValidator dot = new VectorValidator(3, DistanceFunction.DOT);

    @Test
    void acceptsWhatAnIndexCanHold() {
        assertThat(cosine.problem(new float[] {0, -1e-20f, 3e38f})).isEmpty();
        assertThat(dot.problem(new float[] {0, 0, 0})).isEmpty();
    }

    @Test
    void namesExpectedAndActualDimension() {
        assertThat(cosine.problem(new float[2]))
                .hasValue(new VectorProblem(
                        VectorProblem.Kind.DIMENSION, "the vector has 2 components, the index has 3 dimensions"));
    }

    @Test
    void namesTheComponentThatIsNotANumber() {
        assertThat(dot.problem(new float[] {1, Float.NaN, 2}))
                .hasValue(new VectorProblem(
                        VectorProblem.Kind.VALUE, "component 1 of 3 is NaN, must be a finite number"));
        assertThat(cosine.problem(new float[] {1, 2, Float.NEGATIVE_INFINITY}))
                .hasValue(new VectorProblem(
                        VectorProblem.Kind.VALUE, "component 2 of 3 is -Infinity, must be a finite number"));
    }

    @Test
    void refusesZeroUnderCosineAndLengthsThatOverflow() {
        assertThat(cosine.problem(new float[3]).orElseThrow().message()).contains("all 3 components are 0");
        assertThat(dot.problem(new float[] {1e19f, 0, 0}).orElseThrow().message())
                .contains("1.0E19");
    }

    @Test
    void distancesAreAsDefined() {
        float[] a = {3, 4, 0, 0, 0};
        float[] b = {0, 4, 0, 0, 3};
        DistanceFunction cosineDistance = DistanceFunction.COSINE;
        assertThat(cosineDistance.between(cosineDistance.prepare(a), cosineDistance.prepare(b)))
                .isCloseTo(1 - 16 / 25f, within(1e-6f));
        assertThat(DistanceFunction.DOT.between(a, b)).isEqualTo(-16);
        assertThat(DistanceFunction.EUCLIDEAN.between(a, b)).isCloseTo((float) Math.sqrt(18), within(1e-6f));
    }

    @Test
    void anUnknownEngineIsRefusedListingTheKnown() {
        assertThatThrownBy(() -> VectorIndexes.of("faiss"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown engine 'faiss', there are: compact, hnswlib");
    }
}
