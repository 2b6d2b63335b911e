package io.meseta.master.security;

import io.meseta.api.v1.master.Call;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.acl.Question;
import io.meseta.common.auth.AuditLog;
import io.meseta.common.auth.AuthorizationGate;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
import io.meseta.master.view.MasterView;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands before every operator's call, whether it came as a message or by one of the old pages:
 * asks whether the caller may, and has those that change something written down. Thread-safe.
 */
public final class CallGuard {

  private final Supplier<Authorizer> authorizer;
  private final Supplier<MasterView> view;

  /**
   * Judges by these lists.
   *
   * @param authorizer asked for each call
   * @param view tells whose framework it is that a call names
   */
  public CallGuard(Supplier<Authorizer> authorizer, Supplier<MasterView> view) {
    this.authorizer = authorizer;
    this.view = view;
  }

  /**
   * Judges a call that is well-formed. One that is not allowed is answered here.
   *
   * @return by which the call is to be answered; empty if it has been
   */
  public Optional<Exchange> admit(HttpRequest request, Call call, Exchange exchange) {
    Authorizer lists = authorizer.get();
    List<Question> questions = OperatorQuestions.of(call, view.get());
    boolean changes = OperatorQuestions.changes(call.getType());
    String type = call.getType().name();
    Optional<Question> forbidden =
        questions.stream()
            .filter(question -> !lists.allows(request.principal(), question))
            .findFirst();
    if (forbidden.isPresent()) {
      if (changes) {
        AuditLog.denied(request, type, forbidden.get().toString(), 403);
      }
      exchange.respond(AuthorizationGate.forbidden(request.principal(), forbidden.get()));
      return Optional.empty();
    }
    return Optional.of(
        changes ? AuditLog.allowed(request, type, String.valueOf(questions), exchange) : exchange);
  }
}
