package io.meseta.agent.fetch;

import io.meseta.api.v1.CommandInfo;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A URI of a command, understood.
 *
 * @param source where it comes from
 * @param output where in the sandbox it goes
 * @param archive how it is taken apart; empty if it is to stay whole
 */
record FetchItem(
    Source source, SafeName output, Optional<ArchiveKind> archive, CommandInfo.URI uri) {

  /** Where something comes from. */
  sealed interface Source {

    /** Without what may be secret: user, password and query. */
    String shown();
  }

  /** Over the network. */
  record Remote(URI uri) implements Source {
    @Override
    public String shown() {
      return show(uri);
    }
  }

  /**
   * On this machine.
   *
   * @param below a directory that it must not lead out of
   */
  record Local(Path path, Optional<Path> below) implements Source {
    @Override
    public String shown() {
      return path.toString();
    }
  }

  /** A URI without what may be secret in it. */
  static String show(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
  }

  /**
   * @throws FetchException if it cannot be fetched, whatever happens; the message names it
   */
  static FetchItem parse(CommandInfo.URI uri, Optional<Path> frameworksHome) throws FetchException {
    Source source = source(uri.getValue(), frameworksHome);
    SafeName output = output(uri, source);
    Optional<ArchiveKind> archive =
        uri.getExtract() && !uri.getExecutable() ? ArchiveKind.of(output.name()) : Optional.empty();
    return new FetchItem(source, output, archive, uri);
  }

  private static Source source(String value, Optional<Path> frameworksHome) throws FetchException {
    int scheme = value.indexOf("://");
    if (scheme < 0 && !value.startsWith("file:")) {
      return local(value, frameworksHome);
    }
    URI parsed = parse(value);
    return switch (String.valueOf(parsed.getScheme()).toLowerCase(Locale.ROOT)) {
      case "http", "https" -> remote(parsed);
      case "file" -> localUri(parsed);
      default ->
          throw new FetchException(
              "cannot fetch a URI with the scheme '"
                  + printable(String.valueOf(parsed.getScheme()))
                  + "': http, https, file and paths of this machine can be fetched");
    };
  }

  private static URI parse(String value) throws FetchException {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      // The exception's message has the whole value in it, which may have a password in it.
      throw new FetchException(
          "cannot fetch what is not a URI: " + e.getReason() + " at position " + e.getIndex());
    }
  }

  private static Source remote(URI uri) throws FetchException {
    if (uri.getHost() == null) {
      throw new FetchException("cannot fetch a URI of " + uri.getScheme() + " without a host");
    }
    return new Remote(uri);
  }

  private static Source localUri(URI uri) throws FetchException {
    String host = uri.getHost();
    if (host != null && !host.equals("localhost")) {
      throw new FetchException("cannot fetch a file of another machine, " + printable(host));
    }
    String path = uri.getPath();
    if (path == null || !path.startsWith("/")) {
      throw new FetchException("cannot fetch a file: URI without an absolute path");
    }
    return new Local(path(path), Optional.empty());
  }

  private static Source local(String value, Optional<Path> frameworksHome) throws FetchException {
    Path path = path(value);
    if (path.isAbsolute()) {
      return new Local(path, Optional.empty());
    }
    if (frameworksHome.isEmpty()) {
      throw new FetchException(
          "cannot fetch '"
              + printable(value)
              + "': a relative path needs an agent with --frameworks_home");
    }
    Path home = frameworksHome.get().toAbsolutePath().normalize();
    return new Local(home.resolve(path), Optional.of(home));
  }

  private static Path path(String value) throws FetchException {
    try {
      if (!value.isBlank()) {
        return Path.of(value);
      }
    } catch (InvalidPathException e) {
      throw new FetchException("cannot fetch what is not a path: " + e.getReason(), e);
    }
    throw new FetchException("cannot fetch a URI that is empty");
  }

  private static SafeName output(CommandInfo.URI uri, Source source) throws FetchException {
    if (uri.hasOutputFile()) {
      return refusable(
          "cannot fetch " + source.shown() + ": its output_file ", uri.getOutputFile());
    }
    String path =
        switch (source) {
          case Remote remote -> String.valueOf(remote.uri().getPath());
          case Local local -> local.path().toString();
        };
    return refusable(
        "cannot fetch " + source.shown() + ": its name ",
        path.substring(path.lastIndexOf('/') + 1));
  }

  private static SafeName refusable(String what, String name) throws FetchException {
    try {
      return SafeName.parse(name);
    } catch (IllegalArgumentException e) {
      throw new FetchException(what + e.getMessage(), e);
    }
  }

  /** Without what could garble a terminal or a log. */
  static String printable(String text) {
    String cut = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
