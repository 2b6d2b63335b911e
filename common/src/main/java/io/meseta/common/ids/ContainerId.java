package io.meseta.common.ids;

import io.meseta.api.v1.ContainerID;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The id of a container, made by the agent; a container inside of another one carries that one's id
 * as its parent. Ordered so that a parent comes before its children.
 */
public record ContainerId(@Nullable ContainerId parent, String value)
    implements Comparable<ContainerId> {
  public ContainerId {
    Objects.requireNonNull(value, "value");
  }

  /** A container that has no parent. */
  public ContainerId(String value) {
    this(null, value);
  }

  /** Follows the chain of parents without recursion: its length is decided by the sender. */
  public static ContainerId of(ContainerID proto) {
    var chain = new ArrayDeque<String>();
    var level = proto;
    while (level.hasParent()) {
      chain.push(level.getValue());
      level = level.getParent();
    }
    var id = new ContainerId(level.getValue());
    while (!chain.isEmpty()) {
      id = new ContainerId(id, chain.pop());
    }
    return id;
  }

  public ContainerID toProto() {
    var proto = ContainerID.newBuilder().setValue(value);
    if (parent != null) {
      proto.setParent(parent.toProto());
    }
    return proto.build();
  }

  @Override
  public int compareTo(ContainerId other) {
    int byText = toString().compareTo(other.toString());
    return byText != 0 ? byText : Integer.compare(depth(), other.depth());
  }

  private int depth() {
    int depth = 0;
    for (var outer = parent; outer != null; outer = outer.parent) {
      depth++;
    }
    return depth;
  }

  /** The values from the outermost container to this one, joined by dots. */
  @Override
  public String toString() {
    return parent == null ? value : parent + "." + value;
  }
}
