package io.meseta.agent;

import io.meseta.agent.core.Coverage;
import io.meseta.agent.inventory.Configuration;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalException;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.SqliteJournal;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Resource;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of an agent that starts: is what it holds covered by what it is configured with now?
 */
final class StartingJournal {

  private static final Logger log = LoggerFactory.getLogger(StartingJournal.class);

  private StartingJournal() {}

  /**
   * Opens it.
   *
   * @throws JournalException if another agent uses the directory, or the journal is damaged
   * @throws IllegalArgumentException if the configuration does not cover what runs; the message
   *     says what is missing and what to do
   */
  static Journal open(Path workDir, Configuration configuration) throws JournalException {
    Journal journal = SqliteJournal.open(SqliteJournal.Options.in(workDir));
    try {
      check(journal.recover(), configuration);
      return journal;
    } catch (JournalException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private static void check(JournalSnapshot found, Configuration now) {
    if (found.agent().isEmpty()) {
      return;
    }
    AgentInfo before = found.agent().get().getInfo();
    Resources had = read(before.getResourcesList());
    Optional<String> missing =
        Coverage.missing(now.resources().toProto(ReservationFormat.REFINED), found);
    if (missing.isPresent()) {
      throw new IllegalArgumentException(
          "The agent does not start: "
              + missing.get()
              + ". Before, it had ["
              + had
              + "]; now "
              + difference(had, now.resources())
              + ". Give it --resources (or --system_reserved, --default_role) that cover what it"
              + " holds, or end all of that with --recover=cleanup");
    }
    report(before, had, now);
  }

  private static String difference(Resources before, Resources now) {
    return "[" + before.without(now) + "] is taken away and [" + now.without(before) + "] is new";
  }

  private static void report(AgentInfo before, Resources had, Configuration now) {
    String id = before.getId().getValue();
    if (!had.equals(now.resources())) {
      log.info("Agent {} has other resources: {}", id, difference(had, now.resources()));
    }
    if (!before.getAttributesList().equals(now.attributes())) {
      log.info(
          "Agent {} has other attributes: {} before, {} now",
          id,
          names(before.getAttributesList()),
          names(now.attributes()));
    }
  }

  private static List<String> names(List<Attribute> attributes) {
    return attributes.stream().map(Attribute::getName).toList();
  }

  private static Resources read(List<Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new IllegalStateException("Resources that were valid before: " + e.getMessage(), e);
    }
  }
}
