package io.meseta.agent.inventory;

import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Roles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a machine has and what its operator says of it, brought together.
 *
 * <p>Resources that are named are as they are named; all others are as detected, less what is kept
 * for the system. What is not reserved for a role already is reserved for the default role, if
 * there is one. Resources and attributes are text, or the path of a file with that text, which may
 * have several lines then. Immutable; each reading reads the files anew.
 */
public final class Inventory {

  private static final String FILE = "file://";

  /**
   * What the operator says.
   *
   * @param resources as in {@code --resources}
   * @param attributes as in {@code --attributes}
   * @param systemReserved what of the detected amounts is not for tasks
   * @param defaultRole for whom everything is reserved that is not reserved otherwise; {@code *}
   *     for nobody
   */
  public record Sources(
      Optional<String> resources,
      Optional<String> attributes,
      Optional<String> systemReserved,
      String defaultRole) {}

  private final Sources sources;
  private final DetectedResources detected;

  public Inventory(Sources sources, Machine machine) {
    this.sources = sources;
    this.detected = DetectedResources.of(machine);
  }

  /** The files that what is read is in; none if all of it is text. */
  public Set<Path> files() {
    Set<Path> files = new LinkedHashSet<>();
    sources.resources().flatMap(Inventory::file).ifPresent(files::add);
    sources.attributes().flatMap(Inventory::file).ifPresent(files::add);
    return files;
  }

  /**
   * Reads all of it.
   *
   * @throws IllegalArgumentException whose message says which option is wrong, and how
   */
  public Configuration read() {
    return new Configuration(
        resources(),
        sources
            .attributes()
            .map(value -> wrapped("--attributes", () -> Attributes.parse(text(value))))
            .orElse(List.of()));
  }

  private interface Reading<T> {
    T read() throws ResourceException;
  }

  private static <T> T wrapped(String option, Reading<T> reading) {
    try {
      return reading.read();
    } catch (ResourceException | IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private Resources resources() {
    Resources given =
        sources
            .resources()
            .map(value -> wrapped("--resources", () -> Resources.parse(oneLine(text(value)))))
            .orElse(Resources.EMPTY);
    Resources missing = detected.toResources().filter(key -> !given.names().contains(key.name()));
    Resources all = given.plus(wrapped("--system_reserved", () -> withoutSystem(missing)));
    return wrapped("--default_role", () -> reserved(all));
  }

  private Resources withoutSystem(Resources free) throws ResourceException {
    if (sources.systemReserved().isEmpty()) {
      return free;
    }
    Resources kept = Resources.parse(sources.systemReserved().get());
    for (String name : kept.names()) {
      if (free.get(name).isEmpty()) {
        throw new IllegalArgumentException(
            name
                + " is not detected here, or --resources says how much of it is for tasks: say"
                + " there what is left");
      }
    }
    return free.minus(kept)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "[" + kept + "] is more than what is found on this machine: [" + free + "]"));
  }

  private Resources reserved(Resources all) {
    String role = sources.defaultRole();
    Roles.invalidReason(role)
        .ifPresent(reason -> {
          throw new IllegalArgumentException(reason);
        });
    if (role.equals(Roles.DEFAULT)) {
      return all;
    }
    List<Reservation> reservation = List.of(Reservation.ofStatic(role));
    Resources changed = all.reserved();
    for (ResourceEntry entry : all.unreserved().entries()) {
      changed =
          changed.plus(Resources.of(entry.key().withReservations(reservation), entry.value()));
    }
    return changed;
  }

  // ---- text and files ----

  private static Optional<Path> file(String value) {
    String stripped = value.strip();
    if (stripped.startsWith(FILE)) {
      return Optional.of(path(stripped.substring(FILE.length())));
    }
    return stripped.startsWith("/") ? Optional.of(path(stripped)) : Optional.empty();
  }

  private static Path path(String name) {
    try {
      return Path.of(name).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + name + "' is no path: " + e.getMessage(), e);
    }
  }

  private static String text(String value) {
    Optional<Path> file = file(value);
    if (file.isEmpty()) {
      return value;
    }
    try {
      return Files.readString(file.get());
    } catch (IOException e) {
      throw new IllegalArgumentException("the file " + file.get() + " cannot be read: " + e, e);
    }
  }

  /** Lines separate as semicolons do, except in JSON. */
  private static String oneLine(String text) {
    return text.strip().startsWith("[") ? text : text.replace('\n', ';').replace('\r', ' ');
  }
}
