package io.meseta.agent.container.process;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables of a plain process. They are the same as those of a container; of the agent's own
 * there is only where programs are looked for.
 */
final class TaskEnvironment {

  /** Where nothing else is known. */
  static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Tells processes of one container from others, where control groups do not. */
  static final String CONTAINER_NAME = "MESOS_CONTAINER_NAME";

  /** The same of a further command in a container. */
  static final String COMMAND_NAME = "MESETA_COMMAND_NAME";

  private TaskEnvironment() {}

  static Map<String, ByteString> of(ContainerSpec spec, Path sandbox, String path)
      throws RefusedException {
    Map<String, ByteString> environment = new TreeMap<>();
    environment.put("PATH", ByteString.copyFromUtf8(path));
    for (Environment.Variable variable :
        spec.task().getCommand().getEnvironment().getVariablesList()) {
      environment.put(name(variable), value(variable));
    }
    // What the agent says wins over what the task says under the same name.
    agents(spec, sandbox)
        .forEach((name, value) -> environment.put(name, ByteString.copyFromUtf8(value)));
    for (Map.Entry<String, ByteString> variable : environment.entrySet()) {
      if (holdsZero(variable.getValue())) {
        throw new RefusedException(
            "environment variable " + variable.getKey() + " holds a zero byte");
      }
    }
    return environment;
  }

  private static boolean holdsZero(ByteString bytes) {
    for (int i = 0; i < bytes.size(); i++) {
      if (bytes.byteAt(i) == 0) {
        return true;
      }
    }
    return false;
  }

  private static String name(Environment.Variable variable) throws RefusedException {
    String name = variable.getName();
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new RefusedException("'" + name + "' is no name for an environment variable");
    }
    return name;
  }

  private static ByteString value(Environment.Variable variable) throws RefusedException {
    if (variable.getType() == Environment.Variable.Type.VALUE && !variable.hasSecret()) {
      return variable.getValueBytes();
    }
    if (variable.getSecret().getType() == Secret.Type.VALUE) {
      return variable.getSecret().getValue().getData();
    }
    throw new RefusedException(
        "environment variable "
            + variable.getName()
            + ": of secrets, only those of type VALUE are supported");
  }

  private static Map<String, String> agents(ContainerSpec spec, Path sandbox) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("MESOS_SANDBOX", sandbox.toString());
    environment.put("MESOS_DIRECTORY", sandbox.toString());
    environment.put(CONTAINER_NAME, containerName(spec.container().value()));
    if (spec.kind() == ContainerSpec.Kind.TASK) {
      environment.put("MESOS_TASK_ID", spec.task().getTaskId().getValue());
    }
    environment.put("MESOS_EXECUTOR_ID", spec.executor().value());
    environment.put("MESOS_FRAMEWORK_ID", spec.framework().value());
    environment.put("MESOS_AGENT_ID", spec.agent().value());
    // Programs made for Mesos read the old name.
    environment.put("MESOS_SLAVE_ID", spec.agent().value());
    for (Resource resource : spec.task().getResourcesList()) {
      if (resource.getAllocationInfo().hasRole()) {
        environment.put("MESOS_ALLOCATION_ROLE", resource.getAllocationInfo().getRole());
        break;
      }
    }
    environment.putAll(spec.environment());
    return environment;
  }

  /** Under which name a container is known. */
  static String containerName(String container) {
    return "mesos-" + container;
  }
}
