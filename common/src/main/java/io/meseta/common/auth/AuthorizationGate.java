package io.meseta.common.auth;

import io.meseta.common.acl.Authorizer;
import io.meseta.common.acl.Question;
import io.meseta.common.net.Gate;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Refuses what can be refused by path and principal alone: 403. */
public final class AuthorizationGate implements Gate {

  private final Gate authentication;
  private final Supplier<Authorizer> authorizer;
  private final Function<HttpRequest, Optional<Question>> questions;

  /**
   * Stands behind another one.
   *
   * @param authorizer asked for each request
   * @param questions what a caller has to be allowed; empty: nothing, or not to be told by the path
   */
  public AuthorizationGate(
      Gate authentication,
      Supplier<Authorizer> authorizer,
      Function<HttpRequest, Optional<Question>> questions) {
    this.authentication = authentication;
    this.authorizer = authorizer;
    this.questions = questions;
  }

  @Override
  public Verdict judge(HttpRequest request) {
    Verdict verdict = authentication.judge(request);
    if (verdict instanceof Verdict.Pass pass) {
      Optional<Question> question = questions.apply(pass.request());
      if (question.isPresent()
          && !authorizer.get().allows(pass.request().principal(), question.get())) {
        return new Verdict.Refuse(forbidden(pass.request().principal(), question.get()));
      }
    }
    return verdict;
  }

  /** The answer to somebody who may not do that. */
  public static HttpResponse forbidden(Optional<String> principal, Question question) {
    return HttpResponse.text(
        403,
        principal.map(name -> "Principal '" + name + "'").orElse("Somebody without a principal")
            + " is not allowed: "
            + question);
  }
}
