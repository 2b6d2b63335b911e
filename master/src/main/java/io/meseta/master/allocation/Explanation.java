package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.stream.Collectors;

/** Why a framework is offered nothing, agent by agent, at one moment. */
public record Explanation(FrameworkId framework, List<Verdict> verdicts) {

  /**
   * One agent for one of the framework's roles.
   *
   * @param offerable what is free there for it
   * @param reasons all of them; where there is none the agent is offered in the next cycle, unless
   *     someone with a smaller share takes it first
   */
  public record Verdict(
      AgentId agent, String role, Resources offerable, List<RefusalReason> reasons) {

    public boolean isOfferable() {
      return reasons.isEmpty();
    }

    @Override
    public String toString() {
      var why =
          isOfferable()
              ? "[" + offerable + "] can be offered in the next cycle"
              : reasons.stream().map(RefusalReason::text).collect(Collectors.joining("; "));
      return "agent " + agent + ", role '" + role + "': " + why;
    }
  }
}
