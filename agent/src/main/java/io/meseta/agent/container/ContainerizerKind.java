package io.meseta.agent.container;

import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.TaskInfo;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Who runs a container: what its description asks for decides, and nothing else. */
public enum ContainerizerKind {
  /** With an image: {@code --containerizers=docker}. */
  DOCKER,
  /** Without: {@code --containerizers=process}. */
  PROCESS;

  /** Of a containerizer that runs whatever there is. */
  public static final Set<ContainerizerKind> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(ContainerizerKind.class));

  /** Who runs a container that is described like this. */
  public static ContainerizerKind of(TaskInfo task) {
    ContainerInfo container = task.getContainer();
    // Of a container that is not there, the type reads as DOCKER.
    boolean image =
        task.hasContainer()
            && (container.getType() == ContainerInfo.Type.DOCKER
                || container.getMesos().hasImage());
    return image ? DOCKER : PROCESS;
  }

  /** Whether operators mean this one; those who come from Mesos write it as there. */
  public boolean isCalled(String name) {
    return name.equals(optionName()) || (this == PROCESS && name.equals("mesos"));
  }

  /** As the option writes it. */
  public String optionName() {
    return this == DOCKER ? "docker" : "process";
  }
}
