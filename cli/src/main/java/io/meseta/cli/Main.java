package io.meseta.cli;

import picocli.CommandLine;

/** The program's entry. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole program as picocli sees it; tests walk through it. */
  static CommandLine commandLine() {
    return new CommandLine(new MesetaCommand());
  }
}
