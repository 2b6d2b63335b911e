package io.meseta.testkit.simulation.planted;

import java.io.IOException;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.matcher.ElementMatcher;

/** A fault that is in the code of this JVM until it is closed. One at a time. */
final class Planting implements AutoCloseable {

  private final ClassReloadingStrategy strategy;
  private final Class<?> target;
  private boolean planted = true;

  private Planting(ClassReloadingStrategy strategy, Class<?> target) {
    this.strategy = strategy;
    this.target = target;
  }

  /**
   * Changes the code.
   *
   * @throws IllegalStateException if the method is not there any more: the fault must follow the
   *     code, or it would be planted in nothing
   */
  static Planting of(PlantedFault fault) throws Exception {
    ByteBuddyAgent.install();
    Class<?> target = Class.forName(fault.place().type());
    ElementMatcher.Junction<MethodDescription> methods = fault.place().methods();
    boolean found =
        !new net.bytebuddy.description.type.TypeDescription.ForLoadedType(target)
            .getDeclaredMethods()
            .filter(methods)
            .isEmpty();
    if (!found) {
      throw new IllegalStateException(fault + ": there is no such method in " + target);
    }
    ClassReloadingStrategy strategy = ClassReloadingStrategy.fromInstalledAgent();
    new ByteBuddy()
        .redefine(target)
        .visit(Advice.to(fault.change()).on(methods))
        .make()
        .load(target.getClassLoader(), strategy);
    return new Planting(strategy, target);
  }

  /** Whether the code is still changed. */
  boolean isPlanted() {
    return planted;
  }

  @Override
  public void close() {
    planted = false;
    try {
      strategy.reset(target);
    } catch (IOException e) {
      throw new IllegalStateException("the fault in " + target + " cannot be taken out", e);
    }
  }
}
