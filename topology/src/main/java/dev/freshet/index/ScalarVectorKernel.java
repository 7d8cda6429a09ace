package dev.freshet.index;

import java.util.Objects;

/** Plain Java, for any JVM. Four sums, because one sum makes each addition wait for the one before it. */
final class ScalarVectorKernel implements VectorKernel {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public float dotProduct(float[] a, int aStart, float[] b, int bStart, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            sum0 += a[aStart + i] * b[bStart + i];
            sum1 += a[aStart + i + 1] * b[bStart + i + 1];
            sum2 += a[aStart + i + 2] * b[bStart + i + 2];
            sum3 += a[aStart + i + 3] * b[bStart + i + 3];
        }
        for (; i < length; i++) {
            sum0 += a[aStart + i] * b[bStart + i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    @Override
    public float squaredDifference(float[] a, int aStart, float[] b, int bStart, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            float d0 = a[aStart + i] - b[bStart + i];
            float d1 = a[aStart + i + 1] - b[bStart + i + 1];
            float d2 = a[aStart + i + 2] - b[bStart + i + 2];
            float d3 = a[aStart + i + 3] - b[bStart + i + 3];
            sum0 += d0 * d0;
            sum1 += d1 * d1;
            sum2 += d2 * d2;
            sum3 += d3 * d3;
        }
        for (; i < length; i++) {
            float d = a[aStart + i] - b[bStart + i];
            sum0 += d * d;
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    // The JIT compiler makes vector instructions of sums of integers by itself, as it may add them in any order.
    @Override
    public int dotProduct(byte[] a, int aStart, byte[] b, int bStart, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        return sum;
    }

    @Override
    public int dotProduct(short[] split, byte[] codes, int start, int length) {
        int odd = (length + 1) / 2;
        int sum = 0;
        int i = 0;
        for (; i + 1 < length; i += 2) {
            sum += split[i >>> 1] * codes[start + i] + split[odd + (i >>> 1)] * codes[start + i + 1];
        }
        return i < length ? sum + split[i >>> 1] * codes[start + i] : sum;
    }

    @Override
    public void addAndSubtract(float[] values, int start, int length, int half) {
        Objects.checkFromIndexSize(start, length, values.length);
        for (int apart = half; apart < length; apart *= 2) {
            for (int pairs = start; pairs < start + length; pairs += 2 * apart) {
                addAndSubtract(values, pairs, apart);
            }
        }
    }

    private static void addAndSubtract(float[] values, int start, int apart) {
        for (int i = start; i < start + apart; i++) {
            float a = values[i];
            float b = values[i + apart];
            values[i] = a + b;
            values[i + apart] = a - b;
        }
    }
}
