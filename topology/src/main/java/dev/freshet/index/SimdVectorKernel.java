package dev.freshet.index;

import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * With the processor's vector instructions, through {@code jdk.incubator.vector}. Only {@link VectorKernels} may name this class, by reflection: without that
 * module it cannot be linked. It is compiled apart from the others, because javac warns of every use of an incubating module.
 *
 * <p>Four registers of sums, because a fused multiply-add takes four cycles and two can start in each. What is left after whole registers is added one by one:
 * common dimensions leave nothing.
 *
 * <p>Bytes are not widened one by one, which would take longer than their multiplication. A register of bytes is looked at as one of 16-bit numbers, each of two codes: a mask leaves the one,
 * a shift the other. Four products of codes from 0 to 127 add up to less than 2^16; only then are the sums widened, two at a time, in the same way.
 *
 * <p><b>Each loop is a method of more than 325 bytes of code, which HotSpot never inlines</b> ({@code FreqInlineSize}). Vector operations are calls on objects that only its compiler C2 dissolves into registers, by inlining all of them, and once the method that it compiles has {@code
 * NodeCountInliningCutoff} nodes (18,000) it inlines no more; each of these loops takes many thousands. If they could be inlined, a walk in a JVM that has indexes with and without codes would get a loop of each kind, and was seen to reach the limit amid the second one. What was left there
 * were calls that return every register as a new object; searches took up to three times as long (ADR 0026), and stayed so. Thus each loop is compiled once and alone, whoever calls it. {@code VectorKernelTest} checks the sizes.
 */
final class SimdVectorKernel implements VectorKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int CODES = BYTES.length();
    private static final int PAIRS = SHORTS.length();
    private static final short LOW_BYTE = 0xff;
    private static final int LOW_HALF = 0xffff;

    /** Bits of a register; below 128 the processor, or this JVM, has no vector instructions to speak of. */
    static int bits() {
        return SPECIES.vectorBitSize();
    }

    @Override
    public String name() {
        return "simd-" + bits();
    }

    @Override
    public float dotProduct(float[] a, int aStart, float[] b, int bStart, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (int end = length - length % (4 * LANES); i < end; i += 4 * LANES) {
            sum0 = at(a, aStart + i).fma(at(b, bStart + i), sum0);
            sum1 = at(a, aStart + i + LANES).fma(at(b, bStart + i + LANES), sum1);
            sum2 = at(a, aStart + i + 2 * LANES).fma(at(b, bStart + i + 2 * LANES), sum2);
            sum3 = at(a, aStart + i + 3 * LANES).fma(at(b, bStart + i + 3 * LANES), sum3);
        }
        if (length - i >= 2 * LANES) {
            sum0 = at(a, aStart + i).fma(at(b, bStart + i), sum0);
            sum1 = at(a, aStart + i + LANES).fma(at(b, bStart + i + LANES), sum1);
            i += 2 * LANES;
        }
        if (length - i >= LANES) {
            sum2 = at(a, aStart + i).fma(at(b, bStart + i), sum2);
            i += LANES;
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        return sum;
    }

    @Override
    public float squaredDifference(float[] a, int aStart, float[] b, int bStart, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (int end = length - length % (4 * LANES); i < end; i += 4 * LANES) {
            FloatVector d0 = at(a, aStart + i).sub(at(b, bStart + i));
            FloatVector d1 = at(a, aStart + i + LANES).sub(at(b, bStart + i + LANES));
            FloatVector d2 = at(a, aStart + i + 2 * LANES).sub(at(b, bStart + i + 2 * LANES));
            FloatVector d3 = at(a, aStart + i + 3 * LANES).sub(at(b, bStart + i + 3 * LANES));
            sum0 = d0.fma(d0, sum0);
            sum1 = d1.fma(d1, sum1);
            sum2 = d2.fma(d2, sum2);
            sum3 = d3.fma(d3, sum3);
        }
        if (length - i >= 2 * LANES) {
            FloatVector d0 = at(a, aStart + i).sub(at(b, bStart + i));
            FloatVector d1 = at(a, aStart + i + LANES).sub(at(b, bStart + i + LANES));
            sum0 = d0.fma(d0, sum0);
            sum1 = d1.fma(d1, sum1);
            i += 2 * LANES;
        }
        if (length - i >= LANES) {
            FloatVector d2 = at(a, aStart + i).sub(at(b, bStart + i));
            sum2 = d2.fma(d2, sum2);
            i += LANES;
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            float d = a[aStart + i] - b[bStart + i];
            sum += d * d;
        }
        return sum;
    }

    private static FloatVector at(float[] values, int index) {
        return FloatVector.fromArray(SPECIES, values, index);
    }

    @Override
    public int dotProduct(byte[] a, int aStart, byte[] b, int bStart, int length) {
        IntVector low = IntVector.zero(INTS);
        IntVector high = low;
        int i = 0;
        for (int end = length - length % (2 * CODES); i < end; i += 2 * CODES) {
            ShortVector a0 = pairs(a, aStart + i);
            ShortVector b0 = pairs(b, bStart + i);
            ShortVector a1 = pairs(a, aStart + i + CODES);
            ShortVector b1 = pairs(b, bStart + i + CODES);
            ShortVector evens = even(a0).mul(even(b0)).add(even(a1).mul(even(b1)));
            ShortVector odds = odd(a0).mul(odd(b0)).add(odd(a1).mul(odd(b1)));
            IntVector four = evens.add(odds).reinterpretAsInts();
            low = low.add(four.and(LOW_HALF));
            high = high.add(four.lanewise(VectorOperators.LSHR, Short.SIZE));
        }
        for (int end = length - length % CODES; i < end; i += CODES) {
            ShortVector ai = pairs(a, aStart + i);
            ShortVector bi = pairs(b, bStart + i);
            IntVector two = even(ai).mul(even(bi)).add(odd(ai).mul(odd(bi))).reinterpretAsInts();
            low = low.add(two.and(LOW_HALF));
            high = high.add(two.lanewise(VectorOperators.LSHR, Short.SIZE));
        }
        int sum = low.add(high).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        return sum;
    }

    @Override
    public int dotProduct(short[] split, byte[] codes, int start, int length) {
        int firstOdd = (length + 1) / 2;
        IntVector low = IntVector.zero(INTS);
        IntVector high = low;
        int i = 0;
        for (int end = length - length % (2 * CODES); i < end; i += 2 * CODES) {
            int half = i >>> 1;
            ShortVector first = pairs(codes, start + i);
            ShortVector second = pairs(codes, start + i + CODES);
            ShortVector evens =
                    even(first).mul(shorts(split, half)).add(even(second).mul(shorts(split, half + PAIRS)));
            ShortVector odds = odd(first)
                    .mul(shorts(split, firstOdd + half))
                    .add(odd(second).mul(shorts(split, firstOdd + half + PAIRS)));
            IntVector four = evens.add(odds).reinterpretAsInts();
            low = low.add(four.and(LOW_HALF));
            high = high.add(four.lanewise(VectorOperators.LSHR, Short.SIZE));
        }
        for (int end = length - length % CODES; i < end; i += CODES) {
            int half = i >>> 1;
            ShortVector pair = pairs(codes, start + i);
            IntVector two = even(pair)
                    .mul(shorts(split, half))
                    .add(odd(pair).mul(shorts(split, firstOdd + half)))
                    .reinterpretAsInts();
            low = low.add(two.and(LOW_HALF));
            high = high.add(two.lanewise(VectorOperators.LSHR, Short.SIZE));
        }
        int sum = low.add(high).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += split[(i >>> 1) + (i & 1) * firstOdd] * codes[start + i];
        }
        return sum;
    }

    private static ShortVector pairs(byte[] codes, int index) {
        return ByteVector.fromArray(BYTES, codes, index).reinterpretAsShorts();
    }

    private static ShortVector even(ShortVector pairs) {
        return pairs.and(LOW_BYTE);
    }

    private static ShortVector odd(ShortVector pairs) {
        return pairs.lanewise(VectorOperators.LSHR, Byte.SIZE);
    }

    private static ShortVector shorts(short[] split, int index) {
        return ShortVector.fromArray(SHORTS, split, index);
    }

    // Two steps at once where two are left, so that the elements go through registers half as often.
    @Override
    public void addAndSubtract(float[] values, int start, int length, int half) {
        Objects.checkFromIndexSize(start, length, values.length);
        int apart = half;
        for (; apart < LANES && apart < length; apart *= 2) {
            for (int i = start; i < start + length; i++) {
                if (((i - start) & apart) == 0) {
                    float a = values[i];
                    float b = values[i + apart];
                    values[i] = a + b;
                    values[i + apart] = a - b;
                }
            }
        }
        for (; 4 * apart <= length; apart *= 4) {
            for (int first = start; first < start + length; first += 4 * apart) {
                for (int i = first; i < first + apart; i += LANES) {
                    FloatVector a = at(values, i);
                    FloatVector b = at(values, i + apart);
                    FloatVector c = at(values, i + 2 * apart);
                    FloatVector d = at(values, i + 3 * apart);
                    FloatVector ab = a.add(b);
                    FloatVector aLessB = a.sub(b);
                    FloatVector cd = c.add(d);
                    FloatVector cLessD = c.sub(d);
                    ab.add(cd).intoArray(values, i);
                    aLessB.add(cLessD).intoArray(values, i + apart);
                    ab.sub(cd).intoArray(values, i + 2 * apart);
                    aLessB.sub(cLessD).intoArray(values, i + 3 * apart);
                }
            }
        }
        for (; 2 * apart <= length; apart *= 2) {
            for (int first = start; first < start + length; first += 2 * apart) {
                for (int i = first; i < first + apart; i += LANES) {
                    FloatVector a = at(values, i);
                    FloatVector b = at(values, i + apart);
                    a.add(b).intoArray(values, i);
                    a.sub(b).intoArray(values, i + apart);
                }
            }
        }
    }
}
