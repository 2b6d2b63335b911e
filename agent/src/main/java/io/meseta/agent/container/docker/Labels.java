package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.common.ids.ContainerId;
import java.util.LinkedHashMap;
import java.util.Map;

/** The labels by which an agent finds its containers again. */
final class Labels {

  static final String PREFIX = "io.meseta.";
  static final String AGENT = PREFIX + "agent";
  static final String FRAMEWORK = PREFIX + "framework";
  static final String EXECUTOR = PREFIX + "executor";
  static final String TASK = PREFIX + "task";
  static final String CONTAINER = PREFIX + "container";

  /** The group network that a container is in. */
  static final String NETWORK = PREFIX + "network";

  /** Marks what keeps a group's network, which is no container of a task. */
  static final String HOLDER = PREFIX + "network-holder";

  private Labels() {}

  static Map<String, String> of(ContainerSpec spec) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(AGENT, spec.agent().value());
    labels.put(FRAMEWORK, spec.framework().value());
    labels.put(EXECUTOR, spec.executor().value());
    if (spec.kind() == ContainerSpec.Kind.TASK) {
      labels.put(TASK, spec.task().getTaskId().getValue());
    }
    labels.put(CONTAINER, spec.container().value());
    spec.network().ifPresent(network -> labels.put(NETWORK, network.holder().value()));
    return labels;
  }

  /** Those of the holder of its group's network. */
  static Map<String, String> ofHolder(ContainerSpec spec, ContainerId holder) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(AGENT, spec.agent().value());
    labels.put(FRAMEWORK, spec.framework().value());
    labels.put(EXECUTOR, spec.executor().value());
    labels.put(HOLDER, holder.value());
    return labels;
  }

  /** A container's name on the engine; as Mesos names them. */
  static String engineName(ContainerId container) {
    return "mesos-" + container.value();
  }

  /** The name of what keeps a group's network. */
  static String holderName(ContainerId holder) {
    return "mesos-network-" + holder.value();
  }
}
