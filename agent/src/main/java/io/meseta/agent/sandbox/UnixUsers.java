package io.meseta.agent.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users of this machine. Any thread; blocks. */
public final class UnixUsers {

  private static final Logger log = LoggerFactory.getLogger(UnixUsers.class);

  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.@-]{0,63}[$]?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Duration LOOKUP_LIMIT = Duration.ofSeconds(10);
  private static final long KEPT_NANOS = Duration.ofMinutes(1).toNanos();

  // Fields of a line: name, password, user, group, and others.
  private static final int UID = 2;
  private static final int GID = 3;

  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private static final UnixUsers OF_THIS_MACHINE = new UnixUsers();

  private UnixUsers() {}

  /** All ask the same: what was asked lately is remembered. */
  public static UnixUsers ofThisMachine() {
    return OF_THIS_MACHINE;
  }

  private record Known(UnixUser user, long sinceNanos) {}

  /** By name, or by number. What a directory service says is remembered for a minute. */
  public Optional<UnixUser> find(String name) throws IOException, InterruptedException {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    Known before = known.get(name);
    if (before != null && System.nanoTime() - before.sinceNanos() < KEPT_NANOS) {
      return Optional.of(before.user());
    }
    Optional<UnixUser> user = inFile(name);
    if (user.isEmpty()) {
      user = asked(name);
    }
    if (user.isEmpty() && NUMBER.matcher(name).matches()) {
      int number = Integer.parseInt(name);
      user = Optional.of(new UnixUser(number, number, false));
    }
    user.ifPresent(found -> known.put(name, new Known(found, System.nanoTime())));
    return user;
  }

  private static Optional<UnixUser> inFile(String name) throws IOException {
    // As bytes that mean themselves: what is written of people need not be in any one encoding.
    for (String line : Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(name + ":")) {
        return parse(line);
      }
    }
    return Optional.empty();
  }

  /** Finds numbers as well, and those whom only a directory service knows. */
  private static Optional<UnixUser> asked(String name) throws InterruptedException {
    Process getent;
    try {
      getent =
          new ProcessBuilder(List.of("getent", "passwd", name))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      log.debug("no directory service is asked for user {}", name, e);
      return Optional.empty();
    }
    try {
      if (!getent.waitFor(LOOKUP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Whether there is a user {} was not answered within {}", name, LOOKUP_LIMIT);
        return Optional.empty();
      }
      return parse(
          new String(getent.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).strip());
    } catch (IOException e) {
      log.warn("Whether there is a user {} is not known: {}", name, e.toString());
      return Optional.empty();
    } finally {
      getent.destroyForcibly();
    }
  }

  private static Optional<UnixUser> parse(String line) {
    String[] fields = line.split(":", -1);
    return fields.length > GID
            && NUMBER.matcher(fields[UID]).matches()
            && NUMBER.matcher(fields[GID]).matches()
        ? Optional.of(
            new UnixUser(Integer.parseInt(fields[UID]), Integer.parseInt(fields[GID]), true))
        : Optional.empty();
  }
}
