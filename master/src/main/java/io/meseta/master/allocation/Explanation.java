package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a framework is offered nothing, role by role and agent by agent, at one moment.
 *
 * @param chances one for each of its roles
 * @param leftOut roles of it that were not looked at, because of the limits of the question
 */
public record Explanation(FrameworkId framework, List<Chance> chances, List<String> leftOut)
    implements Explained {

  /**
   * A framework in one of its roles.
   *
   * @param line where the role, those above it and the framework stand; from above
   * @param quotas of the role and those above it, as far as they have one; from below
   * @param verdicts those with the fewest reasons first
   * @param leftOut how many agents are counted in the summary, and not listed
   */
  public record Chance(
      FrameworkId framework,
      String role,
      Waiting waiting,
      List<Standing> line,
      List<RoleQuota> quotas,
      Summary summary,
      List<Verdict> verdicts,
      int leftOut) {

    /** All of it in words, a line each, but for the single agents. */
    public List<String> sentences() {
      var sentences = new ArrayList<String>();
      sentences.add(waiting.text());
      sentences.addAll(summary.sentences());
      line.forEach(standing -> sentences.add(standing.text()));
      quotas.forEach(quota -> sentences.add(quota.text()));
      return sentences;
    }
  }

  /** Of all its roles. */
  public List<Verdict> verdicts() {
    return chances.stream().flatMap(chance -> chance.verdicts().stream()).toList();
  }

  /**
   * One agent for one of the framework's roles.
   *
   * @param offerable what is free there for it
   * @param reasons all of them; where there is none the agent is offered in the next cycle, unless
   *     someone with a smaller share takes it first
   */
  public record Verdict(
      AgentId agent, String role, Resources offerable, List<RefusalReason> reasons) {

    /** Whether the rules let it be offered, though it may be less than what was asked for. */
    public boolean isOfferable() {
      return reasons.isEmpty() || reasons.get(0) instanceof RefusalReason.TooSmall;
    }

    @Override
    public String toString() {
      return "agent " + agent + ", role '" + role + "': " + why();
    }

    /** The reasons in words. */
    public String why() {
      return reasons.isEmpty()
          ? "[" + offerable + "] can be offered in the next cycle"
          : reasons.stream().map(RefusalReason::text).collect(Collectors.joining("; "));
    }
  }
}
