package io.meseta.cli.whatif;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code meseta simulate --from}. */
public final class WhatIfOptions {

  /** By these names the command knows whether they are given. */
  public static final List<String> CHANGES =
      List.of("--add-agents", "--remove-agents", "--quota", "--weight");

  @Option(
      names = "--from",
      paramLabel = "STATE.JSON",
      description =
          "No history, but one allocation over this cluster, which a master printed at /state:"
              + " who would be offered what, with the changes below.")
  private @Nullable Path from;

  @Option(
      names = "--add-agents",
      paramLabel = "NUMBER[:RESOURCES]",
      description = "More agents, each with this (cpus:8;mem:16384), or like the first one.")
  private @Nullable String added;

  @Option(
      names = "--remove-agents",
      paramLabel = "ID",
      split = ",",
      description = "Without these agents, by id or hostname, and what runs there.")
  private List<String> removed = List.of();

  @Option(
      names = "--quota",
      paramLabel = "ROLE=AMOUNTS[/LIMITS]",
      description =
          "A guarantee that is the limit (eng=cpus:8;mem:8192), or both with a slash; either may be"
              + " empty (eng=/cpus:8).")
  private Map<String, String> quotas = new TreeMap<>();

  @Option(
      names = "--weight",
      paramLabel = "ROLE=NUMBER",
      description = "The weight of a role; 1 unless told.")
  private Map<String, String> weights = new TreeMap<>();

  /** The state that was given, if one was. */
  public Optional<Path> from() {
    return Optional.ofNullable(from);
  }

  /**
   * The answer, line by line.
   *
   * @throws IOException when the state cannot be read
   * @throws IllegalArgumentException when a change makes no sense
   */
  public List<String> answer(Path state) throws IOException {
    Changes changes = Changes.of(Optional.ofNullable(added), removed, quotas, weights);
    Snapshot snapshot = StateFile.read(state);
    return TrialText.of(new Trial(snapshot, Changes.NONE), new Trial(snapshot, changes));
  }
}
