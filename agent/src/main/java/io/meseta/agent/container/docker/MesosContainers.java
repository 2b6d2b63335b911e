package io.meseta.agent.container.docker;

import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Image;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import java.util.List;

/**
 * Tasks whose container is of type MESOS and has a Docker image, as tasks of type DOCKER: what
 * Mesos runs by a containerizer of its own runs in the engine here. Pure.
 *
 * <p>Different from type DOCKER are the network (the host's, where none is named), the image's
 * entry point (of no effect where the command has a value), and {@code arguments[0]} (the program's
 * own name).
 */
final class MesosContainers {

  private MesosContainers() {}

  static boolean isOne(TaskInfo task) {
    return task.hasContainer()
        && task.getContainer().getType() == ContainerInfo.Type.MESOS
        && task.getContainer().getMesos().hasImage();
  }

  /**
   * The task as one of type DOCKER; others come back as they are.
   *
   * @throws UnsupportedTaskException if its image is not of Docker
   */
  static TaskInfo asDocker(TaskInfo task) throws UnsupportedTaskException {
    if (!isOne(task)) {
      return task;
    }
    Image image = task.getContainer().getMesos().getImage();
    if (image.getType() != Image.Type.DOCKER) {
      throw new UnsupportedTaskException(
          "images of type " + image.getType() + " are not supported; only DOCKER is");
    }
    DockerInfo.Builder docker =
        DockerInfo.newBuilder()
            .setImage(image.getDocker().getName())
            .setForcePullImage(!image.getCached());
    List<NetworkInfo> networks = task.getContainer().getNetworkInfosList();
    docker.setNetwork(
        networks.stream().anyMatch(NetworkInfo::hasName)
            ? DockerInfo.Network.USER
            : DockerInfo.Network.HOST);
    TaskInfo.Builder changed = task.toBuilder();
    command(task.getCommand(), changed.getCommandBuilder(), docker);
    ContainerInfo.Builder container = changed.getContainerBuilder();
    for (NetworkInfo.Builder network : container.getNetworkInfosBuilderList()) {
      for (NetworkInfo.PortMapping mapping : network.getPortMappingsList()) {
        docker.addPortMappings(portMapping(mapping));
      }
      network.clearPortMappings();
    }
    container.setType(ContainerInfo.Type.DOCKER).clearMesos().setDocker(docker);
    return changed.buildPartial();
  }

  private static DockerInfo.PortMapping portMapping(NetworkInfo.PortMapping mapping) {
    DockerInfo.PortMapping.Builder same =
        DockerInfo.PortMapping.newBuilder()
            .setHostPort(mapping.getHostPort())
            .setContainerPort(mapping.getContainerPort());
    if (mapping.hasProtocol()) {
      same.setProtocol(mapping.getProtocol());
    }
    return same.build();
  }

  private static void command(
      CommandInfo command, CommandInfo.Builder changed, DockerInfo.Builder docker) {
    if (command.getShell() || !command.hasValue()) {
      return;
    }
    docker.addParametersBuilder().setKey("entrypoint").setValue(command.getValue());
    changed.clearValue().clearArguments();
    command.getArgumentsList().stream().skip(1).forEach(changed::addArguments);
  }
}
