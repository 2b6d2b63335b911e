package io.meseta.common.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON printer and reader want to know about a message type, worked out once.
 *
 * <p>Plans live as long as the program; there are as many as message types that were ever printed
 * or read. Types made at run time would add up, and the daemons make none.
 */
final class MessagePlan {
  private static final Map<Descriptor, MessagePlan> PLANS = new ConcurrentHashMap<>();

  private final FieldPlan[] fields;
  private final Map<String, FieldPlan> byName;

  private MessagePlan(Descriptor descriptor) {
    // The order of declaration, not of numbers: it is the order in which Mesos prints.
    List<FieldDescriptor> declared = descriptor.getFields();
    fields = new FieldPlan[declared.size()];
    byName = new HashMap<>(declared.size() * 2);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = new FieldPlan(declared.get(i));
      byName.put(fields[i].name(), fields[i]);
    }
  }

  static MessagePlan of(Descriptor descriptor) {
    MessagePlan plan = PLANS.get(descriptor);
    return plan != null ? plan : PLANS.computeIfAbsent(descriptor, MessagePlan::new);
  }

  /** The fields in the order of declaration. Not to be changed by the caller. */
  FieldPlan[] fields() {
    return fields;
  }

  /** The field of exactly that name, as the {@code .proto} file spells it. */
  @Nullable FieldPlan field(String name) {
    return byName.get(name);
  }
}
