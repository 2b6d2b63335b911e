package io.meseta.scheduler;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import java.util.Collection;

/** Short ways to write and to sum up resources. */
public final class Resources {

  private Resources() {}

  /**
   * CPUs.
   *
   * @param cpus in CPUs, to a thousandth
   * @return unreserved
   */
  public static Resource cpus(double cpus) {
    return scalar("cpus", cpus);
  }

  /**
   * Memory.
   *
   * @param mebibytes in MiB
   * @return unreserved
   */
  public static Resource memoryMiB(double mebibytes) {
    return scalar("mem", mebibytes);
  }

  /**
   * Disk space.
   *
   * @param mebibytes in MiB
   * @return unreserved
   */
  public static Resource diskMiB(double mebibytes) {
    return scalar("disk", mebibytes);
  }

  /**
   * Ports.
   *
   * @param first the first port
   * @param last the last port, included
   * @return unreserved
   */
  public static Resource ports(int first, int last) {
    if (first < 0 || last < first || last > 65_535) {
      throw new IllegalArgumentException("no range of ports: " + first + " to " + last);
    }
    Value.Range.Builder range = Value.Range.newBuilder().setBegin(first).setEnd(last);
    return Resource.newBuilder()
        .setName("ports")
        .setType(Value.Type.RANGES)
        .setRanges(Value.Ranges.newBuilder().addRange(range))
        .build();
  }

  /**
   * A resource that is an amount, such as {@code gpus}.
   *
   * @param name what it is
   * @param amount how much, to a thousandth; positive
   * @return unreserved
   */
  public static Resource scalar(String name, double amount) {
    if (!(amount > 0) || Double.isInfinite(amount)) {
      throw new IllegalArgumentException(name + " must be positive, not " + amount);
    }
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(Math.round(amount * 1000) / 1000.0))
        .build();
  }

  /**
   * How much of a scalar there is, reserved or not.
   *
   * @param resources of an offer or a task
   * @param name such as {@code cpus}
   * @return the sum, to a thousandth; 0 when there is none
   */
  public static double sum(Collection<Resource> resources, String name) {
    long thousandths = 0;
    for (Resource resource : resources) {
      if (resource.getName().equals(name) && resource.getType() == Value.Type.SCALAR) {
        thousandths += Math.round(resource.getScalar().getValue() * 1000);
      }
    }
    return thousandths / 1000.0;
  }
}
