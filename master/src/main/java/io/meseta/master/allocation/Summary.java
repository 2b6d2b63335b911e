package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All agents at a glance, as a framework in one of its roles would see them.
 *
 * @param agents how many were looked at
 * @param offerable how many can be offered in the next cycle
 * @param largest what of the active agents' free resources comes nearest to what is wanted, or is
 *     most if nothing special is; empty if nothing is free
 * @param fit who has what is wanted; empty if nothing special is
 * @param reasons how many agents fall to which kind of reason, the most frequent first; an agent
 *     may fall to several
 */
public record Summary(
    int agents, int offerable, Optional<Slot> largest, Optional<Fit> fit, List<Count> reasons) {

  /** What is free there for the framework, if the other rules let it have that. */
  public record Slot(AgentId agent, Resources resources) {}

  /** How many agents have a reason of this kind against them. */
  public record Count(RefusalKind kind, int agents) {}

  /**
   * So many of the agents of the step before have enough of this free, too.
   *
   * @param agents of all active agents in the first step
   */
  public record Step(String resource, int agents) {}

  /**
   * Which active agents have all that is wanted.
   *
   * @param steps resource by resource, the one that most agents have first
   * @param now so many have it free
   * @param offerable so many of those can be offered in the next cycle
   * @param whenEmpty so many would have it if nothing ran there
   */
  public record Fit(Quantities wanted, List<Step> steps, int now, int offerable, int whenEmpty) {

    /** In words. */
    public List<String> sentences() {
      var sentences = new ArrayList<String>();
      var text = new StringBuilder("[" + wanted + "] is wanted: ");
      for (int i = 0; i < steps.size(); i++) {
        var step = steps.get(i);
        if (i == 0) {
          text.append(agents(step.agents())).append(" enough ").append(step.resource());
        } else {
          text.append(", ").append(some(step.agents())).append(" of them enough ");
          text.append(step.resource());
        }
        if (step.agents() == 0) {
          break;
        }
      }
      sentences.add(text.append(" free for this role").toString());
      if (now > 0) {
        sentences.add(some(offerable) + " of the " + now + " that have it all can be offered now");
      } else {
        sentences.add(agents(whenEmpty) + " that much when nothing runs there");
      }
      return sentences;
    }

    private static String agents(int count) {
      return count == 1 ? "1 agent has" : (count == 0 ? "no agent has" : count + " agents have");
    }
  }

  private static String some(int count) {
    return count == 0 ? "none" : Integer.toString(count);
  }

  /** In words. */
  public List<String> sentences() {
    var sentences = new ArrayList<String>();
    sentences.add(some(offerable) + " of " + agents + " agents can be offered in the next cycle");
    fit.ifPresent(some -> sentences.addAll(some.sentences()));
    sentences.add(
        largest
            .map(slot ->
                "the largest free slot is [" + slot.resources() + "] on agent " + slot.agent())
            .orElse("nothing is free for this role on any active agent"));
    for (Count count : reasons) {
      sentences.add(
          count.agents() + (count.agents() == 1 ? " agent: " : " agents: ") + count.kind().text());
    }
    return sentences;
  }
}
