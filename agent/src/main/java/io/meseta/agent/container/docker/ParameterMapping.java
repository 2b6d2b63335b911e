package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.Ulimit;
import io.meseta.api.v1.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code DockerInfo.parameters}: options of {@code docker run}, by their long names.
 *
 * <p>Those that would loosen what the task was granted (memory, cpus, cgroup-parent and so on), or
 * take the container out of the agent's hands (rm, restart, name, log-driver), are not among them.
 */
final class ParameterMapping {

  private interface Handler {
    void apply(String value, RunDraft draft) throws UnsupportedTaskException;
  }

  private static final Map<String, Handler> HANDLERS = handlers();
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([bkmg]?)b?");

  private ParameterMapping() {}

  static void apply(List<Parameter> parameters, RunDraft draft) throws UnsupportedTaskException {
    for (Parameter parameter : parameters) {
      Handler handler = HANDLERS.get(parameter.getKey());
      if (handler == null) {
        throw new UnsupportedTaskException(
            "docker parameter '%s' is not supported; supported are %s"
                .formatted(parameter.getKey(), HANDLERS.keySet()));
      }
      handler.apply(parameter.getValue(), draft);
    }
  }

  private static Map<String, Handler> handlers() {
    Map<String, Handler> all = new TreeMap<>();
    processHandlers(all);
    networkHandlers(all);
    isolationHandlers(all);
    return all;
  }

  private static void processHandlers(Map<String, Handler> all) {
    all.put("entrypoint", (value, draft) -> draft.entrypoint = List.of(value));
    all.put("env", (value, draft) -> putPair("env", value, draft.environment));
    all.put("label", ParameterMapping::label);
    all.put("user", (value, draft) -> draft.user = value);
    all.put("group-add", (value, draft) -> draft.groups.add(value));
    all.put("workdir", (value, draft) -> draft.workingDirectory = value);
    all.put("stop-signal", (value, draft) -> draft.stopSignal = value);
    all.put("init", (value, draft) -> draft.hostConfig.withInit(flag("init", value)));
    all.put("ulimit", (value, draft) -> draft.ulimits.add(ulimit(value)));
    all.put(
        "pids-limit",
        (value, draft) -> draft.hostConfig.withPidsLimit(number("pids-limit", value)));
  }

  private static void networkHandlers(Map<String, Handler> all) {
    all.put("net", ParameterMapping::network);
    all.put("network", ParameterMapping::network);
    all.put("hostname", (value, draft) -> draft.hostname = value);
    all.put("ip", (value, draft) -> draft.ipv4 = value);
    all.put("ip6", (value, draft) -> draft.ipv6 = value);
    all.put("net-alias", (value, draft) -> draft.networkAliases.add(value));
    all.put("network-alias", (value, draft) -> draft.networkAliases.add(value));
    all.put("add-host", (value, draft) -> draft.extraHosts.add(value));
    all.put("dns", (value, draft) -> draft.dns.add(value));
    all.put("dns-search", (value, draft) -> draft.dnsSearch.add(value));
    all.put("dns-opt", (value, draft) -> draft.dnsOptions.add(value));
    all.put("dns-option", (value, draft) -> draft.dnsOptions.add(value));
  }

  private static void isolationHandlers(Map<String, Handler> all) {
    all.put("volume", VolumeMapping::addFromParameter);
    all.put("tmpfs", ParameterMapping::tmpfs);
    all.put("device", (value, draft) -> draft.devices.add(device(value)));
    all.put("shm-size", (value, draft) -> draft.hostConfig.withShmSize(bytes("shm-size", value)));
    all.put("sysctl", (value, draft) -> putPair("sysctl", value, draft.sysctls));
    all.put("cap-add", (value, draft) -> draft.capabilitiesAdded.add(capability(value)));
    all.put("cap-drop", (value, draft) -> draft.capabilitiesDropped.add(capability(value)));
    all.put("ipc", (value, draft) -> draft.hostConfig.withIpcMode(mode("ipc", value)));
    all.put("pid", (value, draft) -> draft.hostConfig.withPidMode(mode("pid", value)));
    all.put("security-opt", ParameterMapping::securityOption);
    all.put(
        "read-only",
        (value, draft) -> draft.hostConfig.withReadonlyRootfs(flag("read-only", value)));
  }

  private static void network(String value, RunDraft draft) throws UnsupportedTaskException {
    String name = NetworkMapping.requireName(value);
    if (draft.network == null) {
      draft.network = name;
    }
  }

  /** None of another container's: a task would get into one that is not its own. */
  private static String mode(String key, String value) throws UnsupportedTaskException {
    if (value.startsWith("container:")) {
      throw new UnsupportedTaskException(
          "parameter " + key + ": '" + value + "' names another container");
    }
    return value;
  }

  private static void label(String value, RunDraft draft) throws UnsupportedTaskException {
    if (value.startsWith(Labels.PREFIX)) {
      throw new UnsupportedTaskException(
          "parameter label: names beginning with " + Labels.PREFIX + " are the agent's own");
    }
    int equals = value.indexOf('=');
    draft.labels.put(
        equals < 0 ? value : value.substring(0, equals),
        equals < 0 ? "" : value.substring(equals + 1));
  }

  private static void tmpfs(String value, RunDraft draft) {
    int colon = value.indexOf(':');
    draft.tmpfs.put(
        colon < 0 ? value : value.substring(0, colon), colon < 0 ? "" : value.substring(colon + 1));
  }

  private static void securityOption(String value, RunDraft draft) throws UnsupportedTaskException {
    // docker run reads the profile from a file of the client's; over the API it would be taken for
    // the profile itself.
    if (value.startsWith("seccomp") && !value.matches("seccomp[=:]unconfined")) {
      throw new UnsupportedTaskException(
          "parameter security-opt: of seccomp only seccomp=unconfined is supported");
    }
    draft.securityOptions.add(value);
  }

  private static Device device(String value) throws UnsupportedTaskException {
    String[] parts = value.split(":", -1);
    if (parts.length > 3 || parts[0].isEmpty()) {
      throw new UnsupportedTaskException(
          "parameter device: '" + value + "' is not of the form host[:container[:rwm]]");
    }
    String inside = parts.length > 1 ? parts[1] : parts[0];
    return new Device(parts.length > 2 ? parts[2] : "rwm", inside, parts[0]);
  }

  private static Ulimit ulimit(String value) throws UnsupportedTaskException {
    Matcher matcher = Pattern.compile("([a-z]+)=(-?\\d{1,18})(?::(-?\\d{1,18}))?").matcher(value);
    if (!matcher.matches()) {
      throw new UnsupportedTaskException(
          "parameter ulimit: '" + value + "' is not of the form name=soft[:hard]");
    }
    long soft = Long.parseLong(matcher.group(2));
    String hard = matcher.group(3);
    return new Ulimit(matcher.group(1), soft, hard == null ? soft : Long.parseLong(hard));
  }

  static Capability capability(String value) throws UnsupportedTaskException {
    String name = value.toUpperCase(Locale.ROOT);
    String bare = name.startsWith("CAP_") ? name.substring(4) : name;
    for (Capability capability : Capability.values()) {
      if (capability.name().equals(bare)) {
        return capability;
      }
    }
    throw new UnsupportedTaskException("'" + value + "' is no capability");
  }

  private static void putPair(String key, String value, Map<String, String> into)
      throws UnsupportedTaskException {
    int equals = value.indexOf('=');
    if (equals <= 0) {
      throw new UnsupportedTaskException(
          "parameter " + key + ": '" + value + "' is not of the form name=value");
    }
    into.put(value.substring(0, equals), value.substring(equals + 1));
  }

  private static boolean flag(String key, String value) throws UnsupportedTaskException {
    return switch (value) {
      case "true", "" -> true;
      case "false" -> false;
      default ->
          throw new UnsupportedTaskException(
              "parameter " + key + ": '" + value + "' is neither true nor false");
    };
  }

  private static long number(String key, String value) throws UnsupportedTaskException {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new UnsupportedTaskException("parameter " + key + ": '" + value + "' is no number");
    }
  }

  private static long bytes(String key, String value) throws UnsupportedTaskException {
    Matcher matcher = SIZE.matcher(value.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new UnsupportedTaskException(
          "parameter " + key + ": '" + value + "' is no size, such as 64m");
    }
    long unit =
        switch (matcher.group(2)) {
          case "k" -> 1L << 10;
          case "m" -> 1L << 20;
          case "g" -> 1L << 30;
          default -> 1;
        };
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
  }
}
