package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.Operation;
import io.meseta.common.ids.AgentId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every {@link MasterOperation}, by its agent, in the order in which the master has heard of them.
 * An agent without any has no entry, as nearly all are.
 */
final class OpenOperations {

  private final TreeMap<AgentId, LinkedHashMap<ByteString, MasterOperation>> byAgent =
      new TreeMap<>();
  private final Touched touched;

  OpenOperations(Touched touched) {
    this.touched = touched;
  }

  @Nullable MasterOperation get(AgentId agent, ByteString uuid) {
    LinkedHashMap<ByteString, MasterOperation> its = byAgent.get(agent);
    return its == null ? null : its.get(uuid);
  }

  /** Adds it, or says that it has another status. */
  void put(MasterOperation operation) {
    byAgent
        .computeIfAbsent(operation.agent, unused -> new LinkedHashMap<>())
        .put(operation.uuid, operation);
    touched.operations.add(operation.agent);
  }

  void remove(MasterOperation operation) {
    LinkedHashMap<ByteString, MasterOperation> its = byAgent.get(operation.agent);
    if (its != null && its.remove(operation.uuid) != null) {
      touched.operations.add(operation.agent);
      if (its.isEmpty()) {
        byAgent.remove(operation.agent);
      }
    }
  }

  void removeAll(Collection<MasterOperation> operations) {
    operations.forEach(this::remove);
  }

  Set<AgentId> agents() {
    return byAgent.keySet();
  }

  /** Those of an agent; may be changed while the list is gone through. */
  List<MasterOperation> of(AgentId agent) {
    LinkedHashMap<ByteString, MasterOperation> its = byAgent.get(agent);
    return its == null ? List.of() : new ArrayList<>(its.values());
  }

  /** As readers are shown them. */
  List<Operation> shown(AgentId agent) {
    return of(agent).stream().map(MasterOperation::shown).toList();
  }
}
