package io.meseta.cli.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a signal end a JVM that is stopping already: by itself it would be ignored.
 *
 * <p>By reflection, as the class is no part of Java, but of every JVM that we know of; its use
 * cannot be compiled without a warning. Where it is missing a second signal is ignored.
 */
final class SecondSignal {

  private static final Logger log = LoggerFactory.getLogger(SecondSignal.class);
  private static final int KILLED_BY = 128;

  private SecondSignal() {}

  static void endsAtOnce() {
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        handle(name);
      } catch (ReflectiveOperationException | IllegalArgumentException e) {
        log.debug("A second {} will be ignored", name, e);
      }
    }
  }

  private static void handle(String name) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    Object signal = signals.getConstructor(String.class).newInstance(name);
    int number = (int) signals.getMethod("getNumber").invoke(signal);
    InvocationHandler handler =
        (proxy, method, arguments) -> answer(proxy, method, arguments, number);
    Object proxy =
        Proxy.newProxyInstance(
            SecondSignal.class.getClassLoader(), new Class<?>[] {handlers}, handler);
    signals.getMethod("handle", signals, handlers).invoke(null, signal, proxy);
  }

  @SuppressWarnings("ReferenceEquality") // A handler is equal to itself only.
  private static Object answer(Object proxy, Method method, Object[] arguments, int number) {
    return switch (method.getName()) {
      case "handle" -> {
        // What runs goes on, and is found by the next process: a crash is no worse.
        Runtime.getRuntime().halt(KILLED_BY + number);
        yield proxy;
      }
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "the second signal " + number;
    };
  }
}
