package io.meseta.cli.whatif;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.DomainInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.Value;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Holding;
import io.meseta.master.allocation.constraints.AgentTraits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads what a master prints at {@code /state}.
 *
 * <p>That page has sums: volumes count as disk, and where a role has reservations its tasks are
 * taken to use those first. It does not have quotas, weights, offer constraints, filters and
 * suppressed roles.
 */
final class StateFile {

  /** These tasks hold nothing any more, though their framework may still have to hear of it. */
  private static final Set<TaskState> ENDED =
      EnumSet.of(
          TaskState.TASK_FINISHED,
          TaskState.TASK_FAILED,
          TaskState.TASK_KILLED,
          TaskState.TASK_ERROR,
          TaskState.TASK_LOST,
          TaskState.TASK_DROPPED,
          TaskState.TASK_GONE,
          TaskState.TASK_GONE_BY_OPERATOR);

  private final JsonNode state;

  private StateFile(JsonNode state) {
    this.state = state;
  }

  /**
   * Reads it.
   *
   * @throws IOException when it cannot be read, is no such page, or contradicts itself
   */
  static Snapshot read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("There is no file " + file);
    }
    try {
      JsonNode state = new ObjectMapper().readTree(file.toFile());
      if (!state.path("slaves").isArray() || !state.path("frameworks").isArray()) {
        throw new IOException(
            file
                + " is not what a leading master prints at /state: it lists no slaves and"
                + " frameworks");
      }
      return new StateFile(state).snapshot();
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (ResourceException | DecodeException | IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private Snapshot snapshot() throws ResourceException, DecodeException {
    Map<String, AgentAccount> accounts = new LinkedHashMap<>();
    for (JsonNode agent : state.path("slaves")) {
      accounts.put(text(agent, "id"), AgentAccount.of(agent));
    }
    List<Snapshot.Framework> frameworks = new ArrayList<>();
    for (JsonNode framework : state.path("frameworks")) {
      FrameworkFacts facts = facts(framework);
      frameworks.add(
          new Snapshot.Framework(
              facts, framework.path("name").asText(), framework.path("active").asBoolean(true)));
      for (JsonNode task : framework.path("tasks")) {
        charge(facts, task, accounts);
      }
    }
    List<Snapshot.Agent> agents = new ArrayList<>();
    for (JsonNode agent : state.path("slaves")) {
      agents.add(agent(agent, Objects.requireNonNull(accounts.get(text(agent, "id")))));
    }
    return new Snapshot(agents, frameworks, minAllocatable());
  }

  private List<Quantities> minAllocatable() throws ResourceException {
    JsonNode flag = state.path("flags").path("min_allocatable_resources");
    return flag.isTextual()
        ? AllocationOptions.parseMinAllocatable(flag.asText())
        : AllocationOptions.defaults().minAllocatable();
  }

  private static void charge(
      FrameworkFacts framework, JsonNode task, Map<String, AgentAccount> accounts)
      throws ResourceException {
    AgentAccount account = accounts.get(task.path("slave_id").asText());
    if (account != null && !ENDED.contains(stateOf(task))) {
      String role = task.path("role").asText(framework.roles().first());
      account.use(framework.id(), role, task.path("resources"));
    }
  }

  private static TaskState stateOf(JsonNode task) {
    String state = text(task, "state");
    return Stream.of(TaskState.values())
        .filter(each -> each.name().equals(state))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no task state " + state));
  }

  private static FrameworkFacts facts(JsonNode framework) {
    TreeSet<String> roles = new TreeSet<>();
    framework.path("roles").forEach(role -> roles.add(role.asText()));
    if (roles.isEmpty()) {
      roles.add(framework.path("role").asText("*"));
    }
    EnumSet<Capability.Type> capabilities = EnumSet.noneOf(Capability.Type.class);
    for (JsonNode name : framework.path("capabilities")) {
      Stream.of(Capability.Type.values())
          .filter(type -> type.name().equals(name.asText()))
          .forEach(capabilities::add);
    }
    return new FrameworkFacts(
        new FrameworkId(text(framework, "id")),
        roles,
        capabilities,
        new TreeSet<>(),
        new TreeMap<>());
  }

  private Snapshot.Agent agent(JsonNode agent, AgentAccount account) throws DecodeException {
    AgentInfo.Builder info = AgentInfo.newBuilder().setHostname(agent.path("hostname").asText());
    agent
        .path("attributes")
        .properties()
        .forEach(
            attribute -> info.addAttributes(attribute(attribute.getKey(), attribute.getValue())));
    info.setDomain(domain(agent));
    AgentTraits traits = AgentTraits.of(info.build()).seenFrom(domain(state));
    List<Holding> inUse = account.holdings();
    Holding.conflict(inUse)
        .ifPresent(conflict -> {
          throw new IllegalArgumentException("agent " + text(agent, "id") + ": " + conflict);
        });
    return new Snapshot.Agent(
        new AgentFacts(new AgentId(text(agent, "id")), account.total(), traits),
        info.getHostname(),
        agent.path("active").asBoolean(true) && !agent.path("deactivated").asBoolean(false),
        inUse);
  }

  private static Attribute attribute(String name, JsonNode value) {
    Attribute.Builder attribute = Attribute.newBuilder().setName(name);
    return value.isNumber()
        ? attribute
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(value.asDouble()))
            .build()
        : attribute
            .setType(Value.Type.TEXT)
            .setText(Value.Text.newBuilder().setValue(value.asText()))
            .build();
  }

  private static DomainInfo domain(JsonNode node) throws DecodeException {
    return node.has("domain")
        ? Codec.decode(
            node.path("domain").toString().getBytes(StandardCharsets.UTF_8),
            DomainInfo.getDefaultInstance(),
            MediaType.JSON)
        : DomainInfo.getDefaultInstance();
  }

  private static String text(JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw new IllegalArgumentException("something has no " + field + ": " + brief(node));
    }
    return node.path(field).asText();
  }

  private static String brief(JsonNode node) {
    String all = node.toString();
    return all.length() <= 80 ? all : all.substring(0, 80) + "...";
  }
}
