package ticketing.api.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;
import ticketing.api.start.StartRefused;

class NodeRolesTest {

    private static Set<NodeRole> of(String given, boolean axonServer) {
        return NodeRoles.of(new MockEnvironment()
                .withProperty("ticketing.roles", given)
                .withProperty("axon.axonserver.enabled", Boolean.toString(axonServer)));
    }

    @Test
    void a_process_is_everything_unless_it_is_told_otherwise() {
        assertThat(NodeRoles.of(new MockEnvironment())).containsExactly(NodeRole.values());
        assertThat(of(" ", false)).containsExactly(NodeRole.values());
        assertThat(of("Query, edge", true)).containsExactlyInAnyOrder(NodeRole.QUERY, NodeRole.EDGE);
    }

    @Test
    void followers_can_be_alone_on_one_database() {
        assertThat(of("projection", false)).containsExactly(NodeRole.PROJECTION);
        assertThat(of("command,query,edge", false)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"command", "query", "edge", "query,edge", "command,projection"})
    void parts_that_nobody_could_reach_are_refused(String roles) {
        assertThatThrownBy(() -> of(roles, false))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("needs an Axon Server");
        assertThat(of(roles, true)).isNotEmpty();
    }

    @Test
    void a_role_that_does_not_exist_is_refused_by_name() {
        assertThatThrownBy(() -> of("edge,reader", true))
                .isInstanceOf(StartRefused.class)
                .hasMessage("TICKETING_ROLES names reader, but the roles are command, query, projection, edge.");
    }

    @Test
    void the_finer_line_decides_whose_a_part_is() {
        assertThat(PartsOfRoles.neededBy("ticketing.projections.seatview.SeatView"))
                .containsExactly(NodeRole.PROJECTION);
        assertThat(PartsOfRoles.neededBy("ticketing.projections.seatfeed.SeatFeed"))
                .containsExactly(NodeRole.EDGE);
        assertThat(PartsOfRoles.neededBy("ticketing.api.booking.BookingController"))
                .containsExactly(NodeRole.EDGE);
        assertThat(PartsOfRoles.neededBy("ticketing.api.ReadModels")).hasSize(4);
        assertThat(PartsOfRoles.neededBy("ticketing.command.CommandSideConfiguration"))
                .hasSize(4);
    }
}
