package io.meseta.cli.exec;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.cli.client.DaemonClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds a task by its id, by the id of its container, or by the beginning of one of them, on the
 * state pages of a master and of an agent, which are those of Mesos.
 */
final class TaskFinder {

  private static final int SHOWN_CANDIDATES = 10;
  private static final Set<String> ENDED =
      Set.of(
          "TASK_FINISHED",
          "TASK_FAILED",
          "TASK_KILLED",
          "TASK_LOST",
          "TASK_ERROR",
          "TASK_DROPPED",
          "TASK_GONE",
          "TASK_GONE_BY_OPERATOR");

  /** Which tasks are looked for. */
  enum Wanted {
    RUNNING,
    /** One that runs goes before one that has ended. */
    ANY
  }

  /**
   * A task on an agent.
   *
   * @param agent its address
   * @param container the id of its container
   * @param directory its sandbox; empty if the agent does not say
   */
  record Place(
      URI agent, String task, String framework, String state, String container, String directory) {

    boolean runs() {
      return !ENDED.contains(state);
    }
  }

  /** A task as the master shows it: where to go on looking. */
  private record Entry(
      String task, String framework, String state, String agent, String container) {

    boolean runs() {
      return !ENDED.contains(state);
    }
  }

  private final DaemonClient http;

  TaskFinder(DaemonClient http) {
    this.http = http;
  }

  /**
   * Asks a master for the agent, and the agent for the rest.
   *
   * @throws IOException if there is no such task, or more than one; the message says which
   */
  Place throughMaster(URI master, String id, Wanted wanted)
      throws IOException, InterruptedException {
    JsonNode state = http.get(master.resolve("/state"));
    List<Entry> entries = new ArrayList<>();
    for (JsonNode framework : both(state, "frameworks", "completed_frameworks")) {
      for (JsonNode task : both(framework, "tasks", "completed_tasks")) {
        entries.add(entry(framework, task));
      }
    }
    Entry entry =
        choose(
            entries,
            new Naming<>(Entry::task, Entry::container, Entry::framework, Entry::runs),
            id,
            wanted,
            "master " + master.getAuthority());
    URI agent = agentOf(state, entry, master);
    return onAgent(agent, entry, wanted);
  }

  private Place onAgent(URI agent, Entry entry, Wanted wanted)
      throws IOException, InterruptedException {
    List<Place> places =
        places(agent).stream()
            .filter(place -> place.framework().equals(entry.framework()))
            .toList();
    return choose(places, naming(), entry.task(), wanted, "agent " + agent.getAuthority());
  }

  /**
   * Asks an agent only.
   *
   * @throws IOException if there is no such task, or more than one; the message says which
   */
  Place onAgent(URI agent, String id, Wanted wanted) throws IOException, InterruptedException {
    return choose(places(agent), naming(), id, wanted, "agent " + agent.getAuthority());
  }

  /** Whether the very same run of a task still goes on. */
  boolean runs(Place place) throws IOException, InterruptedException {
    return places(place.agent()).stream()
        .anyMatch(each ->
            each.runs()
                && each.task().equals(place.task())
                && each.framework().equals(place.framework())
                && each.container().equals(place.container()));
  }

  private List<Place> places(URI agent) throws IOException, InterruptedException {
    JsonNode state = http.get(agent.resolve("/state"));
    List<Place> places = new ArrayList<>();
    for (JsonNode framework : both(state, "frameworks", "completed_frameworks")) {
      for (JsonNode executor : both(framework, "executors", "completed_executors")) {
        for (JsonNode task : both(executor, "tasks", "completed_tasks")) {
          places.add(
              new Place(
                  agent,
                  task.path("id").asText(),
                  framework.path("id").asText(),
                  task.path("state").asText(),
                  executor.path("container").asText(),
                  executor.path("directory").asText("")));
        }
      }
    }
    return places;
  }

  private static Entry entry(JsonNode framework, JsonNode task) {
    String container = "";
    for (JsonNode status : task.path("statuses")) {
      String named = status.path("container_status").path("container_id").path("value").asText("");
      container = named.isEmpty() ? container : named;
    }
    return new Entry(
        task.path("id").asText(),
        framework.path("id").asText(),
        task.path("state").asText(),
        task.path("slave_id").asText(),
        container);
  }

  private URI agentOf(JsonNode state, Entry entry, URI master) throws IOException {
    for (JsonNode agent : state.path("slaves")) {
      if (agent.path("id").asText().equals(entry.agent())) {
        String pid = agent.path("pid").asText();
        try {
          return http.address("the address of agent " + entry.agent(), pid.replaceFirst(".*@", ""));
        } catch (IllegalArgumentException e) {
          throw new IOException(e.getMessage(), e);
        }
      }
    }
    throw new IOException(
        "Agent "
            + entry.agent()
            + " of task "
            + entry.task()
            + " is not connected to master "
            + master.getAuthority());
  }

  private static List<JsonNode> both(JsonNode parent, String first, String second) {
    List<JsonNode> all = new ArrayList<>();
    parent.path(first).forEach(all::add);
    parent.path(second).forEach(all::add);
    return all;
  }

  /** By what a task is chosen. */
  private record Naming<T>(
      Function<T, String> task,
      Function<T, String> container,
      Function<T, String> framework,
      Predicate<T> runs) {}

  private static Naming<Place> naming() {
    return new Naming<>(Place::task, Place::container, Place::framework, Place::runs);
  }

  /**
   * An id goes before a beginning, a task before a container, one that runs before an ended one.
   */
  private static <T> T choose(List<T> all, Naming<T> naming, String id, Wanted wanted, String where)
      throws IOException {
    List<Predicate<T>> ways =
        List.of(
            each -> naming.task().apply(each).equals(id),
            each -> naming.container().apply(each).equals(id),
            each -> naming.task().apply(each).startsWith(id),
            each -> naming.container().apply(each).startsWith(id));
    for (Predicate<T> way : ways) {
      List<T> found = all.stream().filter(way).toList();
      List<T> running = found.stream().filter(naming.runs()).toList();
      if (!running.isEmpty()) {
        return only(running, naming, id);
      }
      if (!found.isEmpty() && wanted == Wanted.ANY) {
        return latest(found, naming, id);
      }
      if (!found.isEmpty()) {
        throw new IOException(
            "Task " + naming.task().apply(found.getFirst()) + " has ended; it is not running");
      }
    }
    throw new IOException("There is no task or container '" + id + "' on " + where);
  }

  private static <T> T only(List<T> found, Naming<T> naming, String id) throws IOException {
    if (found.size() == 1) {
      return found.getFirst();
    }
    String candidates =
        Stream.concat(
                found.stream()
                    .limit(SHOWN_CANDIDATES)
                    .map(each ->
                        naming.task().apply(each)
                            + " of framework "
                            + naming.framework().apply(each)),
                found.size() > SHOWN_CANDIDATES ? Stream.of("…") : Stream.empty())
            .collect(Collectors.joining(", "));
    throw new IOException(
        "'"
            + id
            + "' may be one of "
            + found.size()
            + " tasks: "
            + candidates
            + ". Give more of it");
  }

  /** A task that was run again under the same id is the same task; pages show the newest last. */
  private static <T> T latest(List<T> found, Naming<T> naming, String id) throws IOException {
    List<T> ofOneName = new ArrayList<>();
    for (T each : found) {
      ofOneName.removeIf(other ->
          naming.task().apply(other).equals(naming.task().apply(each))
              && naming.framework().apply(other).equals(naming.framework().apply(each)));
      ofOneName.add(each);
    }
    return only(ofOneName, naming, id);
  }
}
