package io.meseta.master.validation;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import java.util.Optional;

/** The structure of a scheduler's call: why it is answered with 400. */
public final class CallValidation {
  private static final int UUID_BYTES = 16;

  private CallValidation() {}

  /**
   * Why the call cannot be understood, or nothing. A call of the type UNKNOWN passes: that is not
   * implemented (501) rather than wrong.
   */
  public static Optional<String> invalidReason(Call call) {
    if (!call.hasType()) {
      return Optional.of("'type' is missing, or not the name of a call");
    }
    if (call.getType() == Call.Type.UNKNOWN) {
      return Optional.empty();
    }
    if (call.getType() == Call.Type.SUBSCRIBE) {
      return invalidSubscribe(call);
    }
    return call.getFrameworkId().getValue().isEmpty()
        ? Optional.of("'framework_id' is missing: every call but SUBSCRIBE has to say who calls")
        : invalidBody(call);
  }

  /**
   * Why a framework may not act with the principal of its connection, or nothing.
   *
   * @param authenticated the connection's principal; nothing when authentication is off
   */
  public static Optional<String> principalMismatch(
      Optional<String> authenticated, FrameworkInfo info) {
    return authenticated.isPresent()
            && info.hasPrincipal()
            && !info.getPrincipal().equals(authenticated.get())
        ? Optional.of(
            "Authenticated as '"
                + authenticated.get()
                + "', but the framework's 'principal' is '"
                + info.getPrincipal()
                + "'")
        : Optional.empty();
  }

  /** An empty id counts as none: some clients send one before they have an id. */
  private static Optional<String> invalidSubscribe(Call call) {
    if (!call.hasSubscribe()) {
      return missing("subscribe", call);
    }
    var ofCall = call.getFrameworkId().getValue();
    var ofInfo = call.getSubscribe().getFrameworkInfo().getId().getValue();
    return differing(
        ofCall, ofInfo, "subscribe", "the same id, or neither to subscribe as a new framework");
  }

  private static Optional<String> differing(
      String ofCall, String ofInfo, String body, String advice) {
    return Reasons.when(
        !ofCall.equals(ofInfo),
        "'framework_id' ('"
            + ofCall
            + "') and '"
            + body
            + ".framework_info.id' ('"
            + ofInfo
            + "') differ: set both to "
            + advice);
  }

  private static Optional<String> invalidBody(Call call) {
    return switch (call.getType()) {
      case ACCEPT -> present(call.hasAccept(), "accept", call);
      case DECLINE -> present(call.hasDecline(), "decline", call);
      case ACCEPT_INVERSE_OFFERS ->
          present(call.hasAcceptInverseOffers(), "accept_inverse_offers", call);
      case DECLINE_INVERSE_OFFERS ->
          present(call.hasDeclineInverseOffers(), "decline_inverse_offers", call);
      case KILL -> present(call.hasKill(), "kill", call);
      case SHUTDOWN -> present(call.hasShutdown(), "shutdown", call);
      case ACKNOWLEDGE ->
          Reasons.first(
              () -> present(call.hasAcknowledge(), "acknowledge", call),
              () -> uuid("acknowledge.uuid", call.getAcknowledge().getUuid()));
      case ACKNOWLEDGE_OPERATION_STATUS ->
          Reasons.first(
              () ->
                  present(
                      call.hasAcknowledgeOperationStatus(), "acknowledge_operation_status", call),
              () ->
                  uuid(
                      "acknowledge_operation_status.uuid",
                      call.getAcknowledgeOperationStatus().getUuid()));
      case RECONCILE -> present(call.hasReconcile(), "reconcile", call);
      case RECONCILE_OPERATIONS ->
          present(call.hasReconcileOperations(), "reconcile_operations", call);
      case MESSAGE -> present(call.hasMessage(), "message", call);
      case REQUEST -> present(call.hasRequest(), "request", call);
      case UPDATE_FRAMEWORK ->
          Reasons.first(
              () -> present(call.hasUpdateFramework(), "update_framework", call),
              () ->
                  differing(
                      call.getFrameworkId().getValue(),
                      call.getUpdateFramework().getFrameworkInfo().getId().getValue(),
                      "update_framework",
                      "the framework's id"));
      case TEARDOWN, REVIVE, SUPPRESS, SUBSCRIBE, UNKNOWN -> Optional.empty();
    };
  }

  private static Optional<String> present(boolean present, String field, Call call) {
    return present ? Optional.empty() : missing(field, call);
  }

  private static Optional<String> missing(String field, Call call) {
    return Optional.of("'" + field + "' is missing in a call of type " + call.getType());
  }

  private static Optional<String> uuid(String field, ByteString uuid) {
    return Reasons.when(
        uuid.size() != UUID_BYTES,
        "'"
            + field
            + "' is not a UUID: it has "
            + uuid.size()
            + " bytes, not "
            + UUID_BYTES
            + "; send the bytes of the update's own 'uuid' back");
  }
}
