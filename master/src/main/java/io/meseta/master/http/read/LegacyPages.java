package io.meseta.master.http.read;

import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.Ids;
import io.meseta.common.pages.PageJson;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.AgentView.Standing;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The pages that Mesos's tools poll: numbers as doubles, resources and attributes as objects, an
 * agent called a slave. In objects that hold lists of tasks the lists come last, which the order of
 * fields in JSON allows.
 */
final class LegacyPages {

  static final String JSON = "application/json";

  /** An agent has about as many bytes as three tasks. */
  private static final int AGENT_WEIGHT = 3;

  private LegacyPages() {}

  /** A page: reads its parameters first, and says then how it is made. */
  @FunctionalInterface
  interface Page {

    /**
     * What makes the answer to this query.
     *
     * @throws Query.InvalidException if its parameters make no sense
     */
    Function<MasterView, Answer> of(Query query);
  }

  static Page state(AboutMaster about) {
    return query ->
        view -> {
          JsonPieces pieces = new JsonPieces();
          pieces.part(json -> {
            json.writeStartObject();
            AboutJson.writeState(about, view, json);
            json.writeArrayFieldStart("slaves");
          });
          Collection<AgentView> agents = view.agents().values();
          pieces.items(which(agents, AgentJson::isListed), AGENT_WEIGHT, AgentJson::write);
          pieces.text("],\"recovered_slaves\":[");
          pieces.items(which(agents, LegacyPages::isRecovered), AGENT_WEIGHT, AgentJson::write);
          pieces.text("],\"frameworks\":[");
          FrameworkJson.addTo(pieces, view.frameworks().values());
          pieces.text("],\"completed_frameworks\":[");
          FrameworkJson.addTo(pieces, view.completedFrameworks().values());
          pieces.text("],\"orphan_tasks\":[],\"unregistered_frameworks\":[]}");
          return pieces.answer(JSON);
        };
  }

  static Page stateSummary(AboutMaster about) {
    return query -> view -> Summary.answer(about, view);
  }

  static Page slaves() {
    return query -> {
      Optional<String> id = query.text("slave_id");
      return view -> {
        Collection<AgentView> agents =
            id.isEmpty() ? view.agents().values() : one(view.agents(), id.get(), AgentId::new);
        return new JsonPieces()
            .text("{\"slaves\":[")
            .items(which(agents, AgentJson::isListed), 2 * AGENT_WEIGHT, AgentJson::writeInFull)
            .text("],\"recovered_slaves\":[")
            .items(which(agents, LegacyPages::isRecovered), AGENT_WEIGHT, AgentJson::write)
            .text("]}")
            .answer(JSON);
      };
    };
  }

  static Page frameworks() {
    return query -> {
      Optional<String> id = query.text("framework_id");
      return view -> {
        JsonPieces pieces = new JsonPieces().text("{\"frameworks\":[");
        FrameworkJson.addTo(pieces, frameworks(view.frameworks(), id));
        pieces.text("],\"completed_frameworks\":[");
        FrameworkJson.addTo(pieces, frameworks(view.completedFrameworks(), id));
        return pieces.text("],\"unregistered_frameworks\":[]}").answer(JSON);
      };
    };
  }

  static Page tasks() {
    return query -> TaskPage.of(query)::answer;
  }

  static Page roles(ReadFilter filter) {
    return query ->
        view ->
            new JsonPieces()
                .text("{\"roles\":[")
                .items(RoleSums.of(view, filter), RolesJson::write)
                .text("]}")
                .answer(JSON);
  }

  static Page weights() {
    return query ->
        view ->
            new JsonPieces()
                .text("[")
                .items(ReadCalls.weights(view).getWeightInfosList(), JsonPrinter::write)
                .text("]")
                .answer(JSON);
  }

  static Page quota() {
    return query ->
        view ->
            new JsonPieces()
                .part(json -> JsonPrinter.write(ReadCalls.quota(view), json))
                .answer(JSON);
  }

  static byte[] version(AboutMaster about) {
    return PageJson.object(json -> AboutJson.writeBuild(about, json));
  }

  static byte[] flags(AboutMaster about) {
    return PageJson.object(json -> AboutJson.writeFlags(about, json));
  }

  private static Collection<FrameworkView> frameworks(
      SortedMap<FrameworkId, FrameworkView> all, Optional<String> id) {
    return id.isEmpty() ? all.values() : one(all, id.get(), FrameworkId::new);
  }

  /** Nothing for what cannot be an id, too. */
  private static <I, V> Collection<V> one(
      SortedMap<I, V> all, String id, Function<String, I> reader) {
    V found = Ids.invalidReason("id", id).isPresent() ? null : all.get(reader.apply(id));
    return found == null ? List.of() : List.of(found);
  }

  private static <T> List<T> which(Collection<T> all, Predicate<T> wanted) {
    return all.stream().filter(wanted).toList();
  }

  private static boolean isRecovered(AgentView agent) {
    return agent.standing() == Standing.RECOVERED;
  }
}
