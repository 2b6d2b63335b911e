package io.meseta.common.planted;

import io.meseta.cli.Main;

/** Breaks a rule on purpose, to prove that the rule would find it. */
public final class PlantedUpwardDependency {

  private PlantedUpwardDependency() {}

  public static String name() {
    return Main.class.getName();
  }
}
