package dev.freshet.ops.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.world.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultDrawTest {
    @Test
    void shouldDrawEachCardOnceBeforeAnyComesAgain() {
        List<Integer> cards = IntStream.range(0, 50).boxed().toList();
        FaultDraw.Deck<Integer> deck = new FaultDraw.Deck<>(new Random(5), cards);
        for (int pass = 0; pass < 3; pass++) {
            List<Integer> drawn = new ArrayList<>();
            cards.forEach(card -> drawn.add(deck.next()));
            assertThat(drawn).isNotEqualTo(cards);
            Collections.sort(drawn);
            assertThat(drawn).isEqualTo(cards);
        }
    }

    @Test
    void shouldDrawWhatWasAskedFor() {
        FaultDraw draw = new FaultDraw(new Random(5));
        for (FaultKind kind : FaultKind.values()) {
            for (int i = 0; i < 20; i++) {
                Fault fault = draw.draw(kind);
                assertThat(fault.kind()).isEqualTo(kind);
                assertThat(fault.holds()).as(fault.toString()).isNotEmpty();
                assertThat(fault.lasting()).as(fault.toString()).isPositive();
            }
        }
    }

    @Test
    void shouldMeetEveryKillPointAndEveryLink() {
        FaultDraw draw = new FaultDraw(new Random(5));
        Set<KillPoint> points = EnumSet.noneOf(KillPoint.class);
        for (int i = 0; i < KillPoint.values().length; i++) {
            points.add(((PointKill) draw.draw(FaultKind.POINT)).point());
        }
        assertThat(points).containsExactly(KillPoint.values());
        Set<Link> links = EnumSet.noneOf(Link.class);
        for (int i = 0; i < 100; i++) {
            links.add(((LinkBreak) draw.draw(FaultKind.NETWORK)).link());
        }
        assertThat(links).containsExactly(Link.values());
    }
}
