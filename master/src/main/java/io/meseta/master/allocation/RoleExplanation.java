package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a role stands, and why its frameworks are offered nothing, at one moment.
 *
 * @param allocated what it has been granted and uses, with the roles below it
 * @param line where it and the roles above it stand; from above
 * @param quotas of it and the roles above it, as far as they have one; from below
 * @param waiting all frameworks that have exactly this role, in the order in which they got it
 * @param chances those of them that were looked at in detail
 */
public record RoleExplanation(
    String role,
    Quantities allocated,
    List<Standing> line,
    List<RoleQuota> quotas,
    List<Waiting> waiting,
    List<Explanation.Chance> chances)
    implements Explained {

  /** The role itself in words, a line each. */
  public List<String> sentences() {
    var sentences = new ArrayList<String>();
    sentences.add(
        allocated.isEmpty()
            ? "it has nothing, with the roles below it"
            : "it has [" + allocated + "], with the roles below it");
    line.forEach(standing -> sentences.add(standing.text()));
    quotas.forEach(quota -> sentences.add(quota.text()));
    if (waiting.size() > chances.size()) {
      sentences.add(
          "its frameworks are "
              + waiting.size()
              + "; the agents were looked at for "
              + chances.size());
    }
    return sentences;
  }
}
