package io.meseta.testkit.simulation.planted;

import io.meseta.api.link.v1.MasterMessage;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Gives an agent its last order for an operation once more. Public, since the code that it is woven
 * into calls it.
 */
public final class LastOrders {
  private static final Map<Object, MasterMessage> LAST =
      Collections.synchronizedMap(new WeakHashMap<>());

  private LastOrders() {}

  /** The slice that takes the messages of an agent's master has taken this one. */
  public static void heard(Object messages, MasterMessage message) {
    if (message.hasApplyOperation()) {
      LAST.put(messages, message);
    } else if (message.hasRegistered()) {
      MasterMessage order = LAST.remove(messages);
      if (order != null) {
        repeat(messages, order);
      }
    }
  }

  private static void repeat(Object messages, MasterMessage order) {
    try {
      Method take = messages.getClass().getDeclaredMethod("take", MasterMessage.class);
      take.setAccessible(true);
      take.invoke(messages, order);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the fault must follow the code", e);
    }
  }
}
