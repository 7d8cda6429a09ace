package dev.freshet.ops.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Points are names of methods: whoever renames a method has to rename its points. */
class KillPointTest {
    @Test
    void shouldNameMethodsThatThereAreAndThatHaveABody() throws ClassNotFoundException {
        for (KillPoint point : KillPoint.values()) {
            Class<?> type = Class.forName(point.className(), false, getClass().getClassLoader());
            List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.getName().equals(point.method()))
                    .filter(method -> !method.isBridge())
                    .toList();
            assertThat(methods).as(point + ": " + point.className()).isNotEmpty();
            assertThat(methods)
                    .as(point.toString())
                    .allSatisfy(method -> assertThat(Modifier.isAbstract(method.getModifiers())
                                    || Modifier.isNative(method.getModifiers()))
                            .isFalse());
        }
    }
}
