package io.meseta.master.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TimeInfo;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryChangeTest {
  static AgentRecord agent(String id, AgentRecord.State state) {
    return AgentRecord.newBuilder()
        .setInfo(
            AgentInfo.newBuilder().setHostname("host").setId(AgentID.newBuilder().setValue(id)))
        .setState(state)
        .setSince(TimeInfo.newBuilder().setNanoseconds(1))
        .build();
  }

  static FrameworkRecord framework(String id, FrameworkRecord.State state) {
    return FrameworkRecord.newBuilder()
        .setInfo(
            FrameworkInfo.newBuilder()
                .setUser("user")
                .setName("name")
                .setId(FrameworkID.newBuilder().setValue(id)))
        .setState(state)
        .setSince(TimeInfo.newBuilder().setNanoseconds(2))
        .build();
  }

  @Test
  void aPutIsNamedByItsRecord() {
    assertThat(new RegistryChange.PutAgent(agent("a", AgentRecord.State.ADMITTED)).id())
        .isEqualTo("a");
    assertThat(new RegistryChange.PutFramework(framework("f", FrameworkRecord.State.ACTIVE)).id())
        .isEqualTo("f");
  }

  @Test
  void aChangeNeedsAnId() {
    AgentRecord agent = agent("", AgentRecord.State.ADMITTED);
    FrameworkRecord framework = framework("", FrameworkRecord.State.ACTIVE);
    assertThatThrownBy(() -> new RegistryChange.PutAgent(agent)).hasMessageContaining("agent's id");
    assertThatThrownBy(() -> new RegistryChange.DeleteAgent("")).hasMessageContaining("agent's id");
    assertThatThrownBy(() -> new RegistryChange.PutFramework(framework))
        .hasMessageContaining("framework's id");
    assertThatThrownBy(() -> new RegistryChange.DeleteFramework(""))
        .hasMessageContaining("framework's id");
  }

  @Test
  void aSnapshotDoesNotChangeWithTheListsItWasMadeOf() {
    List<AgentRecord> agents = new ArrayList<>();
    RegistrySnapshot snapshot = new RegistrySnapshot(agents, List.of());
    agents.add(agent("a", AgentRecord.State.ADMITTED));
    assertThat(snapshot).isEqualTo(RegistrySnapshot.empty());
  }
}
