package io.meseta.common.recording.graph;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Takes lambdas to pieces and puts them together again, with the two methods that the compiler
 * makes for it where the interface is serializable.
 */
final class Lambdas {

  private Lambdas() {}

  static SerializedLambda describe(Object lambda) {
    try {
      Method writeReplace = lambda.getClass().getDeclaredMethod("writeReplace");
      writeReplace.setAccessible(true);
      return (SerializedLambda) writeReplace.invoke(lambda);
    } catch (ReflectiveOperationException e) {
      throw new GraphException("a lambda that does not say what it is: " + lambda, e);
    }
  }

  /** The texts that say which lambda it is; what it captured is written beside them. */
  static String[] identity(SerializedLambda lambda) {
    return new String[] {
      lambda.getFunctionalInterfaceClass(),
      lambda.getFunctionalInterfaceMethodName(),
      lambda.getFunctionalInterfaceMethodSignature(),
      lambda.getImplClass(),
      lambda.getImplMethodName(),
      lambda.getImplMethodSignature(),
      lambda.getInstantiatedMethodType()
    };
  }

  /** How many texts {@link #identity} gives. */
  static final int TEXTS = 7;

  static Object create(Class<?> capturing, int implKind, String[] texts, Object[] captured) {
    SerializedLambda description =
        new SerializedLambda(
            capturing, texts[0], texts[1], texts[2], implKind, texts[3], texts[4], texts[5],
            texts[6], captured);
    try {
      Method create = capturing.getDeclaredMethod("$deserializeLambda$", SerializedLambda.class);
      create.setAccessible(true);
      return create.invoke(null, description);
    } catch (NoSuchMethodException | InvocationTargetException e) {
      throw new GraphException(
          "this program has no such lambda any more: " + texts[4] + " in " + capturing.getName(),
          e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
