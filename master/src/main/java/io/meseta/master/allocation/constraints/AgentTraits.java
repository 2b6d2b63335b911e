package io.meseta.master.allocation.constraints;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Value;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent says of itself that frameworks may select it by. Immutable. */
public final class AgentTraits {
  /** Of an agent that says nothing, not even its hostname. */
  public static final AgentTraits NONE =
      new AgentTraits(
          TraitValue.MISSING, TraitValue.MISSING, TraitValue.MISSING, Collections.emptySortedMap());

  private final TraitValue hostname;
  private final TraitValue region;
  private final TraitValue zone;
  private final SortedMap<String, TraitValue> attributes;

  private AgentTraits(
      TraitValue hostname,
      TraitValue region,
      TraitValue zone,
      SortedMap<String, TraitValue> attributes) {
    this.hostname = hostname;
    this.region = region;
    this.zone = zone;
    this.attributes = attributes;
  }

  /** Of several attributes with one name the first counts, as in Mesos. */
  public static AgentTraits of(AgentInfo info) {
    var attributes = new TreeMap<String, TraitValue>();
    for (Attribute attribute : info.getAttributesList()) {
      attributes.putIfAbsent(
          attribute.getName(),
          attribute.getType() == Value.Type.TEXT
              ? new TraitValue.Text(attribute.getText().getValue())
              : TraitValue.NOT_TEXT);
    }
    boolean hasFaultDomain = info.getDomain().hasFaultDomain();
    var faultDomain = info.getDomain().getFaultDomain();
    return new AgentTraits(
        new TraitValue.Text(info.getHostname()),
        hasFaultDomain
            ? new TraitValue.Text(faultDomain.getRegion().getName())
            : TraitValue.MISSING,
        hasFaultDomain ? new TraitValue.Text(faultDomain.getZone().getName()) : TraitValue.MISSING,
        attributes.isEmpty() ? Collections.emptySortedMap() : attributes);
  }

  TraitValue hostname() {
    return hostname;
  }

  TraitValue region() {
    return region;
  }

  TraitValue zone() {
    return zone;
  }

  TraitValue attribute(String name) {
    return attributes.getOrDefault(name, TraitValue.MISSING);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AgentTraits that
        && hostname.equals(that.hostname)
        && region.equals(that.region)
        && zone.equals(that.zone)
        && attributes.equals(that.attributes);
  }

  @Override
  public int hashCode() {
    return 31 * hostname.hashCode() + attributes.hashCode();
  }

  @Override
  public String toString() {
    return "hostname " + hostname + ", region " + region + ", zone " + zone + ", " + attributes;
  }
}
