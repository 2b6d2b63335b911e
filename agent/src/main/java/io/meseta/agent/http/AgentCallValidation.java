package io.meseta.agent.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.AttachContainerInput;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Is this a call at all: what Mesos checks of every call before it looks at what is asked. */
@SuppressWarnings("deprecation") // Clients of old still make the calls with NESTED in their names.
final class AgentCallValidation {

  private static final int MAX_ID_BYTES = 255;

  private AgentCallValidation() {}

  /** Why not; empty if it is one. */
  static Optional<String> invalidReason(Call call) {
    if (!call.hasType()) {
      return Optional.of("Expecting 'type' to be present");
    }
    Optional<String> missing = missingMember(call);
    if (missing.isPresent()) {
      return missing;
    }
    return switch (call.getType()) {
      case ATTACH_CONTAINER_INPUT -> attachInput(call.getAttachContainerInput());
      case LAUNCH_NESTED_CONTAINER_SESSION ->
          nested(
              "launch_nested_container_session",
              call.getLaunchNestedContainerSession().getContainerId());
      case ATTACH_CONTAINER_OUTPUT ->
          container("attach_container_output", call.getAttachContainerOutput().getContainerId());
      case WAIT_NESTED_CONTAINER ->
          nested("wait_nested_container", call.getWaitNestedContainer().getContainerId());
      case KILL_NESTED_CONTAINER ->
          nested("kill_nested_container", call.getKillNestedContainer().getContainerId());
      case REMOVE_NESTED_CONTAINER ->
          nested("remove_nested_container", call.getRemoveNestedContainer().getContainerId());
      case WAIT_CONTAINER -> container("wait_container", call.getWaitContainer().getContainerId());
      case KILL_CONTAINER -> container("kill_container", call.getKillContainer().getContainerId());
      case REMOVE_CONTAINER ->
          container("remove_container", call.getRemoveContainer().getContainerId());
      default -> Optional.empty();
    };
  }

  /** A type with a member of its name needs it; the filters of containers are the exception. */
  private static Optional<String> missingMember(Call call) {
    String name = call.getType().name().toLowerCase(Locale.ROOT);
    FieldDescriptor member = Call.getDescriptor().findFieldByName(name);
    boolean mayBeMissing =
        call.getType() == Call.Type.GET_CONTAINERS || call.getType() == Call.Type.PRUNE_IMAGES;
    return member == null || call.hasField(member) || mayBeMissing
        ? Optional.empty()
        : Optional.of("Expecting '" + name + "' to be present");
  }

  private static Optional<String> attachInput(AttachContainerInput input) {
    if (!input.hasType()) {
      return Optional.of("Expecting 'attach_container_input.type' to be present");
    }
    return switch (input.getType()) {
      case UNKNOWN -> Optional.of("'attach_container_input.type' is unknown");
      case CONTAINER_ID -> container("attach_container_input", input.getContainerId());
      case PROCESS_IO ->
          input.hasProcessIo()
              ? Optional.empty()
              : Optional.of("Expecting 'attach_container_input.process_io' to be present");
    };
  }

  private static Optional<String> nested(String member, ContainerID id) {
    if (!id.hasParent()) {
      return Optional.of("Expecting '" + member + ".container_id.parent' to be present");
    }
    return container(member, id);
  }

  private static Optional<String> container(String member, ContainerID id) {
    for (ContainerID each = id; ; each = each.getParent()) {
      Optional<String> wrong = idProblem(each.getValue());
      if (wrong.isPresent()) {
        return Optional.of("'" + member + ".container_id' is invalid: " + wrong.get());
      }
      if (!each.hasParent()) {
        return Optional.empty();
      }
    }
  }

  /** Ids name directories, and are written one after the other with dots between them. */
  private static Optional<String> idProblem(String id) {
    if (id.isEmpty()) {
      return Optional.of("ID must not be empty");
    }
    if (id.getBytes(StandardCharsets.UTF_8).length > MAX_ID_BYTES) {
      return Optional.of("ID must not be longer than " + MAX_ID_BYTES + " bytes");
    }
    boolean bad = id.chars().anyMatch(c -> c <= ' ' || c == 127 || c == '/' || c == '.');
    return bad
        ? Optional.of("ID must not contain '.', '/', spaces or control characters")
        : Optional.empty();
  }
}
