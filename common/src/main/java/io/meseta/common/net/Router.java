package io.meseta.common.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which handler a path belongs to. Immutable.
 *
 * <p>A path is exact, {@code /state}, or, with {@code /*} at its end, everything below: {@code
 * /files/*} is {@code /files/} and all that begins so, not {@code /files}. An exact route goes
 * before a prefix, a longer prefix before a shorter one, and a route of its own before an alias.
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
  private final Gate gate;

  private Router(Builder builder) {
    exact = Map.copyOf(builder.exact);
    prefixes = longestFirst(builder.prefixes);
    aliases = Map.copyOf(builder.aliases);
    aliasPrefixes = longestFirst(builder.aliasPrefixes);
    gate = builder.gate;
  }

  /** A router without routes: everything is 404. */
  public static Builder builder() {
    return new Builder();
  }

  /** What the gate says of a request that has a route. */
  Gate.Verdict judge(HttpRequest request) {
    return gate.judge(request);
  }

  /** The route of a decoded path; null when there is none. */
  @Nullable Match find(String path) {
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

  /** Every path that has a route, as it was given to the builder; aliases are not among them. */
  public SortedSet<String> paths() {
    SortedSet<String> paths = new TreeSet<>(exact.keySet());
    prefixes.forEach(prefix -> paths.add(prefix.start + "*"));
    return paths;
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

  private static <T> List<Prefix<T>> longestFirst(Map<String, T> byStart) {
    List<Prefix<T>> sorted = new ArrayList<>();
    byStart.forEach((start, value) -> sorted.add(new Prefix<>(start, value)));
    sorted.sort(Comparator.comparingInt((Prefix<T> p) -> p.start.length()).reversed());
    return List.copyOf(sorted);
  }

  /** Collects routes. A path can be given once only. */
  public static final class Builder {
    private final Map<String, Route> exact = new HashMap<>();
    private final Map<String, Route> prefixes = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Map<String, String> aliasPrefixes = new HashMap<>();
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

    /** The router, complete. */
    public Router build() {
      return new Router(this);
    }

    private Builder add(String path, Route route) {
      if (path.endsWith("/*")) {
        putOnce(prefixes, withoutStar(path), route);
      } else {
        putOnce(exact, path, route);
      }
      return this;
    }

    private static String withoutStar(String path) {
      return path.substring(0, path.length() - 1);
    }

    private static <T> void putOnce(Map<String, T> map, String path, T value) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("A path begins with /: " + path);
      }
      if (map.putIfAbsent(path, value) != null) {
        throw new IllegalArgumentException("Two routes for " + path);
      }
    }
  }
}
