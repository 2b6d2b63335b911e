package io.meseta.master.http;

import io.meseta.api.operator.v1.Call;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.master.allocation.Explained;
import io.meseta.master.allocation.Question;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code GET /explain}: why a framework, or the frameworks of a role, are not offered more.
 *
 * <p>The core answers it, because only that knows: so the work of one answer is bounded, and so is
 * how many may wait for theirs. 400 for a question that makes no sense, 404 for a framework or role
 * that is not there, 503 when too many are asking.
 */
public final class ExplainEndpoint implements HttpHandler {

  /** What an answer lists, if nobody asks for more, and at most. */
  private static final int AGENTS = 100;

  private static final int MOST_AGENTS = 1_000;

  /** So often is an agent looked at for an answer: one role in the largest cluster. */
  private static final int LOOKS = 50_000;

  private static final int MOST_WAITING = 2;

  private final Supplier<Standing> standing;
  private final Supplier<MasterView> view;
  private final ReadFilters filters;
  private final Inbox inbox;
  private final Connections connections;
  private final List<Long> waiting = new ArrayList<>();

  /**
   * @param edge with what is shown to whom, as an explanation names whoever is in the way
   */
  public ExplainEndpoint(Edge edge, Inbox inbox, Connections connections) {
    this.standing = edge.standing();
    this.view = edge.view();
    this.filters = edge.filters();
    this.inbox = inbox;
    this.connections = connections;
  }

  /** What it has to know of the master. */
  public record Edge(Supplier<Standing> standing, Supplier<MasterView> view, ReadFilters filters) {}

  @Override
  public void handle(HttpRequest request, Exchange exchange) {
    Optional<HttpResponse> elsewhere = Redirects.unlessLeading(standing.get(), request);
    if (elsewhere.isPresent()) {
      exchange.respond(elsewhere.get());
      return;
    }
    try {
      Question question = question(request);
      Optional<String> framework = request.query("framework");
      if (framework.isEmpty() && question.role().isEmpty()) {
        throw new IllegalArgumentException("Give framework=ID or role=NAME, or both");
      }
      ask(new Asked(framework, question, shownTo(request)), exchange, ExplainEndpoint::page);
    } catch (IllegalArgumentException e) {
      exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
    }
  }

  private static HttpResponse page(Instant at, Explained explained) {
    return HttpResponse.json(ExplainJson.render(at, explained));
  }

  /** The same as a call of the operator API, for a leading master. */
  void call(
      Call.ExplainAllocation call, HttpRequest request, MediaType answers, Exchange exchange) {
    Optional<String> framework =
        call.getFramework().isEmpty() ? Optional.empty() : Optional.of(call.getFramework());
    try {
      Question question = question(call);
      if (framework.isEmpty() && question.role().isEmpty()) {
        throw new IllegalArgumentException(
            "'explain_allocation' needs a 'framework', a 'role', or both");
      }
      ask(
          new Asked(framework, question, shownTo(request)),
          exchange,
          (at, explained) ->
              HttpResponse.of(
                  200,
                  answers.headerValue(),
                  Codec.encode(ExplainMessages.response(at, explained), answers)));
    } catch (IllegalArgumentException e) {
      exchange.respond(
          HttpResponse.text(400, "Failed to validate master::Call: " + e.getMessage()));
    }
  }

  private static Question question(Call.ExplainAllocation call) {
    // Unsigned on the wire: a large one comes as a negative one.
    if (call.getLimit() < 0 || call.getLimit() > MOST_AGENTS) {
      throw new IllegalArgumentException("'limit' is a number up to " + MOST_AGENTS);
    }
    return new Question(
        call.getResources().isEmpty() ? Quantities.EMPTY : wanted(call.getResources()),
        call.hasAgentId() ? Optional.of(AgentId.of(call.getAgentId())) : Optional.empty(),
        call.getRole().isEmpty() ? Optional.empty() : Optional.of(call.getRole()),
        call.getLimit(),
        LOOKS);
  }

  private static Question question(HttpRequest request) {
    int agents = request.query("limit").map(ExplainEndpoint::limit).orElse(AGENTS);
    return new Question(
        request.query("resources").map(ExplainEndpoint::wanted).orElse(Quantities.EMPTY),
        request.query("agent").map(AgentId::new),
        request.query("role"),
        agents,
        LOOKS);
  }

  private static int limit(String text) {
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > MOST_AGENTS) {
      throw new IllegalArgumentException("limit is a number up to " + MOST_AGENTS);
    }
    return Integer.parseInt(text);
  }

  private static Quantities wanted(String text) {
    try {
      Quantities wanted = Quantities.parse(text);
      if (wanted.asMap().size() > Question.MOST_WANTED) {
        throw new IllegalArgumentException(
            "resources names more than " + Question.MOST_WANTED + " different ones");
      }
      return wanted;
    } catch (ResourceException e) {
      throw new IllegalArgumentException(
          "resources is an amount such as cpus:1;mem:512: " + e.getMessage(), e);
    }
  }

  /** What somebody wants to know, and what he is shown. */
  private record Asked(Optional<String> framework, Question question, ShownExplanations shown) {

    /** Of several frameworks of a name the one that is shown is meant. */
    Optional<String> idOrName() {
      return shown.filter().showsWholeCluster()
          ? framework
          : framework.map(name -> shown.named(name).get(0).value());
    }
  }

  private ShownExplanations shownTo(HttpRequest request) {
    return new ShownExplanations(view.get(), filters.of(request));
  }

  private void ask(Asked asked, Exchange exchange, Connections.ExplanationForm form) {
    Optional<HttpResponse> refusal = refusal(asked);
    if (refusal.isPresent()) {
      exchange.respond(refusal.get());
      return;
    }
    Optional<Long> parked =
        maybePark(exchange, (at, explained) -> form.write(at, asked.shown.of(explained)));
    if (parked.isEmpty()) {
      exchange.respond(HttpResponse.text(503, "Others are asking: try again"));
      return;
    }
    long id = parked.get();
    if (!inbox.offer(
        at -> new MasterEvent.ExplanationAsked(at, id, asked.idOrName(), asked.question))) {
      connections.reply(id, 503, "The master has too many calls waiting: try again");
    }
  }

  /** What is not shown is answered like what is not there. */
  private static Optional<HttpResponse> refusal(Asked asked) {
    if (asked.shown.filter().showsWholeCluster()) {
      return Optional.empty();
    }
    Optional<String> role = asked.question.role();
    if (role.isPresent() && !asked.shown.filter().showsRole(role.get())) {
      return Optional.of(HttpResponse.text(404, "Nothing is known of role " + role.get()));
    }
    return asked.framework.flatMap(name -> refusal(name, asked.shown.named(name)));
  }

  private static Optional<HttpResponse> refusal(String name, List<FrameworkId> shown) {
    return switch (shown.size()) {
      case 0 ->
          Optional.of(HttpResponse.text(404, "There is no framework with the id or name " + name));
      case 1 -> Optional.empty();
      default ->
          Optional.of(
              HttpResponse.text(
                  409, "Several frameworks are named " + name + "; ask by id: " + shown));
    };
  }

  private synchronized Optional<Long> maybePark(
      Exchange exchange, Connections.ExplanationForm form) {
    waiting.removeIf(id -> !connections.isParked(id));
    if (waiting.size() >= MOST_WAITING) {
      return Optional.empty();
    }
    long id = connections.parkCall(exchange, form);
    waiting.add(id);
    return Optional.of(id);
  }
}
