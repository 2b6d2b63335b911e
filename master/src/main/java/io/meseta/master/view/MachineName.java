package io.meseta.master.view;

import io.meseta.api.v1.MachineID;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A machine as it is compared: by hostname, address, or both. Hostnames know no capitals, as in
 * Mesos.
 */
public record MachineName(String hostname, String ip) implements Comparable<MachineName> {

  private static final Comparator<MachineName> ORDER =
      Comparator.comparing(MachineName::hostname).thenComparing(MachineName::ip);

  public MachineName {
    hostname = hostname.toLowerCase(Locale.ROOT);
  }

  public static MachineName of(MachineID id) {
    return new MachineName(id.getHostname(), id.getIp());
  }

  /** Under which names an operator may have meant this machine, the most exact one first. */
  public List<MachineName> names() {
    return List.of(this, new MachineName(hostname, ""), new MachineName("", ip));
  }

  @Override
  public int compareTo(MachineName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return (hostname + " " + ip).strip();
  }
}
