package io.meseta.agent;

import io.meseta.agent.inventory.Inventory;
import io.meseta.agent.inventory.Machine;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * What the operator says of the machine, and of the beginning and the end of the agent's process.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class InventoryFlags {

  /** What an agent that comes back does with what it left. */
  public enum Recover {
    /** It goes on with it. */
    RECONNECT,
    /** It ends all of it, says so, and starts as another agent. */
    CLEANUP
  }

  /** What becomes of tasks when the agent is told to stop. */
  public enum OnStop {
    /** They go on; the next process takes them over. */
    KEEP,
    /** They are killed, each with its own grace period, and the agent waits for their ends. */
    DRAIN,
    /** They are killed at once, and the agent waits for their ends. */
    KILL
  }

  /** Lets an option be an enum in lower case. */
  abstract static class LowerCase<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    LowerCase(Class<E> type) {
      this.type = type;
    }

    @Override
    public E convert(String value) {
      for (E constant : type.getEnumConstants()) {
        if (print(constant).equals(value.toLowerCase(Locale.ROOT))) {
          return constant;
        }
      }
      throw new TypeConversionException(
          "'"
              + value
              + "' is none of "
              + Arrays.stream(type.getEnumConstants()).map(LowerCase::print).toList());
    }

    static String print(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
  }

  static final class RecoverConverter extends LowerCase<Recover> {
    RecoverConverter() {
      super(Recover.class);
    }
  }

  static final class OnStopConverter extends LowerCase<OnStop> {
    OnStopConverter() {
      super(OnStop.class);
    }
  }

  @Option(
      names = "--resources",
      paramLabel = "RESOURCES|FILE",
      description =
          "What the agent has, as cpus:4;mem:4096;ports:[31000-32000] or JSON, or the path of a"
              + " file with that, which is read again when it changes; what is not named is"
              + " detected.")
  private @Nullable String resources;

  @Option(
      names = "--attributes",
      paramLabel = "ATTRIBUTES|FILE",
      description =
          "What frameworks may select agents by, as rack:r1;zone:a, or the path of a file with"
              + " that, which is read again when it changes; by default none.")
  private @Nullable String attributes;

  @Option(
      names = "--system_reserved",
      paramLabel = "RESOURCES",
      description =
          "What of the detected resources is not for tasks, as cpus:0.5;mem:512; by default"
              + " nothing.")
  private @Nullable String systemReserved;

  @Option(
      names = "--default_role",
      paramLabel = "ROLE",
      defaultValue = "*",
      description =
          "The role for which all resources are reserved that name no role of their own; default"
              + " *, nobody.")
  private String defaultRole = "*";

  @Option(
      names = "--recover",
      paramLabel = "reconnect|cleanup",
      defaultValue = "reconnect",
      converter = RecoverConverter.class,
      description =
          "What becomes of tasks that an earlier process left: reconnect goes on with them, cleanup"
              + " ends them, says so to the master and starts as a new agent; default reconnect.")
  private Recover recover = Recover.RECONNECT;

  @Option(
      names = "--on_stop",
      paramLabel = "keep|drain|kill",
      defaultValue = "keep",
      converter = OnStopConverter.class,
      description =
          "What becomes of tasks at SIGTERM: keep lets them run for the next process, drain kills"
              + " each with its own grace period and waits, kill kills at once and waits; default"
              + " keep.")
  private OnStop onStop = OnStop.KEEP;

  @Option(
      names = "--on_stop_timeout",
      paramLabel = "DURATION",
      defaultValue = "5mins",
      converter = DurationConverter.class,
      description =
          "How long drain and kill, and --recover=cleanup, wait for the ends of tasks and for their"
              + " acknowledgements; default 5mins.")
  private Duration onStopTimeout = Duration.ofMinutes(5);

  public InventoryFlags resources(String text) {
    resources = text;
    return this;
  }

  public InventoryFlags attributes(String text) {
    attributes = text;
    return this;
  }

  public InventoryFlags systemReserved(String text) {
    systemReserved = text;
    return this;
  }

  public InventoryFlags defaultRole(String role) {
    defaultRole = role;
    return this;
  }

  public InventoryFlags recover(Recover what) {
    recover = what;
    return this;
  }

  public InventoryFlags onStop(OnStop what) {
    onStop = what;
    return this;
  }

  public InventoryFlags onStopTimeout(Duration limit) {
    onStopTimeout = limit;
    return this;
  }

  Recover recover() {
    return recover;
  }

  OnStop onStop() {
    return onStop;
  }

  Duration onStopTimeout() {
    return onStopTimeout;
  }

  /** What this machine offers by these flags. */
  Inventory inventory(Machine machine) {
    return new Inventory(
        new Inventory.Sources(
            Optional.ofNullable(resources),
            Optional.ofNullable(attributes),
            Optional.ofNullable(systemReserved),
            defaultRole),
        machine);
  }

  /** Adds them as pages show them. */
  void addTo(Map<String, String> flags) {
    if (resources != null) {
      flags.put("resources", resources);
    }
    if (attributes != null) {
      flags.put("attributes", attributes);
    }
    if (systemReserved != null) {
      flags.put("system_reserved", systemReserved);
    }
    flags.put("default_role", defaultRole);
    flags.put("recover", LowerCase.print(recover));
    flags.put("on_stop", LowerCase.print(onStop));
    flags.put("on_stop_timeout", Durations.print(onStopTimeout));
  }
}
