package io.meseta.benchmarks.allocator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shares that would be fair, if tasks could be cut as one likes and stopped at any time: again
 * and again a drop is given to the framework that is found by going down the tree of roles to the
 * smallest weighted dominant share, as long as it wants more and there is some. Knows nothing of
 * the allocator.
 */
final class WaterFilling {
  /** How much of the cluster a drop is. */
  private static final double DROP = 0.0005;

  /** What rounding may leave of a demand or of a resource. */
  private static final double NOTHING = 1e-9;

  /** What a framework wants: so many tasks of this size, as parts of the cluster. */
  static final class Demand {
    private final String name;
    private final String role;
    private final double[] task;
    private final double tasks;

    Demand(String name, String role, double[] task, double tasks) {
      this.name = name;
      this.role = role;
      this.task = task.clone();
      this.tasks = tasks;
    }
  }

  private static final class Node {
    final double weight;
    final List<Node> children = new ArrayList<>();
    final double[] has;
    double[] task = {};
    double left;
    boolean full;

    Node(double weight, int resources) {
      this.weight = weight;
      this.has = new double[resources];
    }

    double share() {
      return dominant(has) / weight;
    }

    boolean isLeaf() {
      return task.length > 0;
    }
  }

  private final Map<String, Double> weights;
  private final Map<String, Node> roles = new LinkedHashMap<>();
  private final Map<String, Node> frameworks = new LinkedHashMap<>();
  private final Node root;

  /**
   * Fills the cluster.
   *
   * @param weights of roles; 1 where there is none
   */
  WaterFilling(List<Demand> demands, Map<String, Double> weights, int resources) {
    this.weights = weights;
    this.root = new Node(1, resources);
    for (Demand demand : demands) {
      Node leaf = new Node(1, resources);
      leaf.task = demand.task;
      leaf.left = demand.tasks;
      leaf.full = demand.tasks < NOTHING;
      frameworks.put(demand.name, leaf);
      role(demand.role, resources).children.add(leaf);
    }
    while (pour(root)) {
      // Until nobody can have more.
    }
  }

  private Node role(String path, int resources) {
    Node known = roles.get(path);
    if (known != null) {
      return known;
    }
    int slash = path.lastIndexOf('/');
    Node above = slash < 0 ? root : role(path.substring(0, slash), resources);
    Node node = new Node(weights.getOrDefault(path, 1.0), resources);
    above.children.add(node);
    roles.put(path, node);
    return node;
  }

  /** Gives one drop below this node; false when nobody there can have more. */
  private boolean pour(Node node) {
    for (Node next = poorest(node); next != null; next = poorest(node)) {
      double[] before = next.has.clone();
      boolean given = next.isLeaf() ? give(next) : pour(next);
      if (given) {
        for (int i = 0; i < node.has.length; i++) {
          node.has[i] += next.has[i] - before[i];
        }
        return true;
      }
      next.full = true;
    }
    node.full = true;
    return false;
  }

  private static @Nullable Node poorest(Node node) {
    Node poorest = null;
    for (Node child : node.children) {
      if (!child.full && (poorest == null || child.share() < poorest.share())) {
        poorest = child;
      }
    }
    return poorest;
  }

  private boolean give(Node leaf) {
    double tasks = Math.min(leaf.left, DROP / dominant(leaf.task));
    for (int i = 0; i < leaf.task.length; i++) {
      if (leaf.task[i] > 0) {
        tasks = Math.min(tasks, (1 - root.has[i]) / leaf.task[i]);
      }
    }
    if (tasks < NOTHING) {
      return false;
    }
    leaf.left -= tasks;
    for (int i = 0; i < leaf.task.length; i++) {
      leaf.has[i] += tasks * leaf.task[i];
    }
    return true;
  }

  /** The dominant share of a framework. */
  double framework(String name) {
    Node leaf = frameworks.get(name);
    return leaf == null ? 0 : leaf.share();
  }

  /** The weighted dominant share of a role. */
  double role(String path) {
    Node role = roles.get(path);
    return role == null ? 0 : role.share();
  }

  static double dominant(double[] parts) {
    double largest = 0;
    for (double part : parts) {
      largest = Math.max(largest, part);
    }
    return largest;
  }
}
