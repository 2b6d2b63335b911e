package io.meseta.common.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which handler a path belongs to. Immutable.
 *
 * <p>A path is exact, {@code /state}, or, with {@code /*} at its end, everything below: {@code
 * /files/*} is {@code /files/} and all that begins so, not {@code /files}. An exact route goes
 * before a prefix, a longer prefix before a shorter one, and a route of its own before an alias.
 *
 * <p>What is below an exact route and has none of its own belongs to it too, as in Mesos: {@code
 * /api/v1/operator} is {@code /api/v1}, and clients rely on it; but for those routes that are
 * {@linkplain Builder#nothingBelow leaves}.
 */
public final class Router {

  /** What is behind a path: one of the handlers, or both, where the body's type decides. */
  record Route(
      Set<String> methods, @Nullable HttpHandler handler, @Nullable DuplexHandler duplexHandler) {

    /** No methods named: the handler decides. Who takes GET takes HEAD. */
    boolean allows(String method) {
      return methods.isEmpty()
          || methods.contains(method)
          || (method.equals("HEAD") && methods.contains("GET"));
    }

    /** Both, each for its methods. */
    Route and(Route other, String path) {
      HttpHandler mine = handler;
      HttpHandler others = other.handler;
      if (mine == null
          || others == null
          || duplexHandler != null
          || other.duplexHandler != null
          || methods.isEmpty()
          || other.methods.isEmpty()
          || methods.stream().anyMatch(other.methods::contains)) {
        throw new IllegalArgumentException("Two routes for " + path);
      }
      Set<String> all = new TreeSet<>(methods);
      all.addAll(other.methods);
      return new Route(
          all,
          (request, exchange) ->
              (allows(request.method()) ? mine : others).handle(request, exchange),
          null);
    }

    String allowHeader() {
      return String.join(", ", methods);
    }
  }

  /** A route and the path by which it was found, after aliases. */
  record Match(Route route, String path) {}

  private record Prefix<T>(String start, T value) {}

  private final Map<String, Route> exact;
  private final List<Prefix<Route>> prefixes;
  private final Map<String, String> aliases;
  private final List<Prefix<String>> aliasPrefixes;
  private final Set<String> leaves;
  private final int longest;
  private final Gate gate;

  private Router(Builder builder) {
    exact = Map.copyOf(builder.exact);
    prefixes = longestFirst(builder.prefixes);
    aliases = Map.copyOf(builder.aliases);
    aliasPrefixes = longestFirst(builder.aliasPrefixes);
    leaves = Set.copyOf(builder.leaves);
    longest =
        longestOf(exact.keySet())
            + longestOf(aliases.keySet())
            + longestOf(builder.aliasPrefixes.keySet());
    gate = builder.gate;
  }

  /** A router without routes: everything is 404. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * All routes, without aliases: the path as it was given, and which methods it takes; none named:
   * the handler decides.
   */
  public SortedMap<String, Set<String>> routes() {
    SortedMap<String, Set<String>> all = new TreeMap<>();
    exact.forEach((path, route) -> all.put(path, route.methods));
    prefixes.forEach(prefix -> all.put(prefix.start + "*", prefix.value.methods));
    return all;
  }

  /** What the gate says of a request that has a route. */
  Gate.Verdict judge(HttpRequest request) {
    return gate.judge(request);
  }

  /** The route of a decoded path; null when there is none. */
  @Nullable Match find(String path) {
    Match match = findHere(path);
    // No exact route is longer: a path of nothing but slashes costs no more than any other.
    int from = Math.min(path.length(), longest + 1) - 1;
    for (int end = path.lastIndexOf('/', from);
        match == null && end > 0;
        end = path.lastIndexOf('/', end - 1)) {
      match = findHere(path.substring(0, end));
      if (match != null && leaves.contains(match.path)) {
        return null;
      }
    }
    return match;
  }

  private @Nullable Match findHere(String path) {
    Match match = findWithoutAliases(path);
    if (match != null) {
      return match;
    }
    String target = aliases.get(path);
    if (target != null) {
      return findWithoutAliases(target);
    }
    for (Prefix<String> alias : aliasPrefixes) {
      if (path.startsWith(alias.start)) {
        return findWithoutAliases(alias.value + path.substring(alias.start.length()));
      }
    }
    return null;
  }

  private @Nullable Match findWithoutAliases(String path) {
    Route route = exact.get(path);
    if (route != null) {
      return new Match(route, path);
    }
    for (Prefix<Route> prefix : prefixes) {
      if (path.startsWith(prefix.start)) {
        return new Match(prefix.value, path);
      }
    }
    return null;
  }

  private static int longestOf(Set<String> paths) {
    return paths.stream().mapToInt(String::length).max().orElse(0);
  }

  private static <T> List<Prefix<T>> longestFirst(Map<String, T> byStart) {
    List<Prefix<T>> sorted = new ArrayList<>();
    byStart.forEach((start, value) -> sorted.add(new Prefix<>(start, value)));
    sorted.sort(Comparator.comparingInt((Prefix<T> p) -> p.start.length()).reversed());
    return List.copyOf(sorted);
  }

  /** Collects routes. A path can be given once only, or once for each method. */
  public static final class Builder {
    private final Map<String, Route> exact = new HashMap<>();
    private final Map<String, Route> prefixes = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Map<String, String> aliasPrefixes = new HashMap<>();
    private final Set<String> leaves = new HashSet<>();
    private Gate gate = Gate.Verdict.Pass::new;

    private Builder() {}

    /** Sets the gate before all routes, those included that are added later; default: none. */
    public Builder gate(Gate newGate) {
      gate = newGate;
      return this;
    }

    /**
     * Adds a route for some methods; others get 405 with {@code Allow}. HEAD goes where GET goes,
     * and gets the headers of its answer.
     */
    public Builder route(String path, Set<String> methods, HttpHandler handler) {
      return add(path, new Route(new TreeSet<>(methods), handler, null));
    }

    /** Adds a route whose handler gets every method. */
    public Builder route(String path, HttpHandler handler) {
      return add(path, new Route(Set.of(), handler, null));
    }

    /**
     * Adds a route whose handler gets every method, but for a POST with a body of the type {@code
     * application/recordio}: that goes to the duplex handler.
     */
    public Builder route(String path, HttpHandler handler, DuplexHandler recordsHandler) {
      return add(path, new Route(Set.of(), handler, recordsHandler));
    }

    /** Adds a POST route with a record stream in both directions. */
    public Builder duplex(String path, DuplexHandler handler) {
      return add(path, new Route(Set.of("POST"), null, handler));
    }

    /**
     * Makes a path another name of a route: {@code alias("/master/state", "/state")}; or a whole
     * tree: {@code alias("/master/*", "/*")}. Aliases do not lead to aliases.
     */
    public Builder alias(String alias, String path) {
      if (alias.endsWith("/*") != path.endsWith("/*")) {
        throw new IllegalArgumentException(
            "A tree can only be an alias of a tree: " + alias + " of " + path);
      }
      if (alias.endsWith("/*")) {
        putOnce(aliasPrefixes, withoutStar(alias), withoutStar(path));
      } else {
        putOnce(aliases, alias, path);
      }
      return this;
    }

    /** Leaves a path that is below this exact route, and has none of its own, without a route. */
    public Builder nothingBelow(String path) {
      leaves.add(path);
      return this;
    }

    /** The router, complete. */
    public Router build() {
      return new Router(this);
    }

    private Builder add(String path, Route route) {
      if (path.endsWith("/*")) {
        put(prefixes, withoutStar(path), route);
      } else {
        put(exact, path, route);
      }
      return this;
    }

    private static String withoutStar(String path) {
      return path.substring(0, path.length() - 1);
    }

    private static void put(Map<String, Route> map, String path, Route route) {
      checkPath(path);
      Route before = map.get(path);
      map.put(path, before == null ? route : before.and(route, path));
    }

    private static void checkPath(String path) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("A path begins with /: " + path);
      }
    }

    private static <T> void putOnce(Map<String, T> map, String path, T value) {
      checkPath(path);
      if (map.putIfAbsent(path, value) != null) {
        throw new IllegalArgumentException("Two routes for " + path);
      }
    }
  }
}
