package io.meseta.testkit.simulation.cluster;

import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who listens where. */
final class Addresses {
  static final int MASTER_PORT = 5050;

  private final TreeMap<String, MasterHost> masters = new TreeMap<>();

  /** The address of the n-th master. */
  static String ofMaster(int n) {
    return "10.0.0." + (n + 1);
  }

  void add(String address, MasterHost master) {
    masters.put(address, master);
  }

  /** All masters, whether they run or not. */
  List<MasterHost> masters() {
    return List.copyOf(masters.values());
  }

  /** The master that listens there, if any does. */
  @Nullable MasterHost master(String address) {
    return masters.get(address);
  }
}
