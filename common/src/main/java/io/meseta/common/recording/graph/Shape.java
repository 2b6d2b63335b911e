package io.meseta.common.recording.graph;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a record or of a class is written down: its fields, in an order that does not change. */
final class Shape {

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return new Shape(type);
        }
      };

  private final Class<?> type;
  private final List<Field> fields;
  private final List<String> names;

  private Shape(Class<?> type) {
    this.type = type;
    this.fields = type.isRecord() ? components(type) : fields(type);
    this.names = fields.stream().map(Shape::name).toList();
    fields.forEach(field -> field.setAccessible(true));
  }

  static Shape of(Class<?> type) {
    return SHAPES.get(type);
  }

  private static List<Field> components(Class<?> type) {
    List<Field> found = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      try {
        found.add(type.getDeclaredField(component.getName()));
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException(e);
      }
    }
    return found;
  }

  /**
   * Those of super classes first; in each class by name, as their order in a class file may vary.
   */
  private static List<Field> fields(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    List<Field> found = new ArrayList<>();
    if (parent != null && parent != Object.class) {
      if (!Kind.isOurs(parent.getName())) {
        throw new GraphException(
            type.getName() + " extends " + parent.getName() + ", which nobody knows to write down");
      }
      found.addAll(fields(parent));
    }
    Arrays.stream(type.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .filter(field -> !Modifier.isTransient(field.getModifiers()))
        .sorted(Comparator.comparing(Field::getName))
        .forEach(found::add);
    return found;
  }

  private static String name(Field field) {
    return field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }

  List<Field> fields() {
    return fields;
  }

  /** The names of the fields, which tell whether another program means the same. */
  List<String> names() {
    return names;
  }

  /** A record of these components. */
  Object newRecord(Object[] values) {
    Class<?>[] types = fields.stream().map(Field::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new GraphException(
          "no " + type.getName() + " can be made of " + Arrays.toString(values), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An object none of whose constructors has run; all its fields are to be set. */
  Object newBlank() {
    try {
      return Blanks.constructor(type).newInstance();
    } catch (ReflectiveOperationException e) {
      throw new GraphException("no " + type.getName() + " can be made", e);
    }
  }

  static @Nullable Object get(Field field, Object owner) {
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  static void set(Field field, Object owner, @Nullable Object value) {
    try {
      field.set(owner, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (IllegalArgumentException e) {
      throw new GraphException("the field " + name(field) + " is of another type", e);
    }
  }

  /**
   * Makes objects without running their constructors, through the JDK's supported door for that,
   * {@code sun.reflect.ReflectionFactory} of the module jdk.unsupported. By reflection, because the
   * compiler warns of the very name.
   */
  private static final class Blanks {

    private static final Object FACTORY;
    private static final Method NEW_CONSTRUCTOR;
    private static final Constructor<Object> OF_OBJECT;

    static {
      try {
        Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
        FACTORY = factory.getMethod("getReflectionFactory").invoke(null);
        NEW_CONSTRUCTOR =
            factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class);
        OF_OBJECT = Object.class.getConstructor();
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private Blanks() {}

    static Constructor<?> constructor(Class<?> type) throws ReflectiveOperationException {
      return (Constructor<?>) NEW_CONSTRUCTOR.invoke(FACTORY, type, OF_OBJECT);
    }
  }
}
