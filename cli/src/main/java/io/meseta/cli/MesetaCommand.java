package io.meseta.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The root of all commands. */
@Command(
    name = "meseta",
    description = "A two-level cluster scheduler, wire-compatible with the Mesos v1 API.",
    synopsisSubcommandLabel = "<command>",
    subcommands = {VersionCommand.class, HelpCommand.class})
final class MesetaCommand {}
