package io.meseta.master.core;

import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.Explained;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.Question;
import java.util.List;
import java.util.Optional;

/** Answers why a framework or a role is not offered more. Changes nothing. */
final class Explanations {

  private final Cluster cluster;

  Explanations(Cluster cluster) {
    this.cluster = cluster;
  }

  void handle(MasterEvent.ExplanationAsked event) {
    if (event.framework().isPresent()) {
      explainFramework(event, event.framework().get());
    } else {
      explainRole(event, event.question().role().orElse(""));
    }
  }

  private void explainFramework(MasterEvent.ExplanationAsked event, String idOrName) {
    List<FrameworkId> ids = frameworks(idOrName);
    if (ids.isEmpty()) {
      refuse(event, 404, "There is no framework with the id or name " + idOrName);
      return;
    }
    if (ids.size() > 1) {
      refuse(event, 409, "Several frameworks are named " + idOrName + "; ask by id: " + ids);
      return;
    }
    Question question = event.question();
    Optional<Explanation> explanation = cluster.allocator.explain(ids.get(0), question, event.at());
    if (explanation.isPresent() && explanation.get().chances().isEmpty()) {
      String role = question.role().orElse("");
      refuse(event, 404, "Framework " + ids.get(0) + " does not have the role " + role);
    } else {
      answer(event, explanation, "Framework " + ids.get(0) + " has not come back to this master");
    }
  }

  private List<FrameworkId> frameworks(String idOrName) {
    FrameworkId id = new FrameworkId(idOrName);
    return cluster.frameworks.containsKey(id)
        ? List.of(id)
        : cluster.frameworks.values().stream()
            .filter(framework -> framework.info.getName().equals(idOrName))
            .map(framework -> framework.id)
            .toList();
  }

  private void explainRole(MasterEvent.ExplanationAsked event, String role) {
    answer(
        event,
        cluster.allocator.explain(role, event.question(), event.at()),
        "Nothing is known of role " + role);
  }

  private void answer(
      MasterEvent.ExplanationAsked event,
      Optional<? extends Explained> explained,
      String otherwise) {
    if (explained.isPresent()) {
      cluster.outbox.add(
          new MasterEffect.TellExplanation(event.exchange(), event.at(), explained.get()));
    } else {
      refuse(event, 404, otherwise);
    }
  }

  private void refuse(MasterEvent.ExplanationAsked event, int status, String why) {
    cluster.outbox.refused(event.exchange(), status, why);
  }
}
