package io.meseta.master.allocation.constraints;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.DomainInfo;
import io.meseta.api.v1.Value;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an agent says of itself, apart from its resources, that decides who is offered it. */
public final class AgentTraits {
  /** Of an agent that says nothing, not even its hostname. */
  public static final AgentTraits NONE =
      new AgentTraits(
          TraitValue.MISSING,
          TraitValue.MISSING,
          TraitValue.MISSING,
          Collections.emptySortedMap(),
          false);

  private final TraitValue hostname;
  private final TraitValue region;
  private final TraitValue zone;
  private final SortedMap<String, TraitValue> attributes;
  private final boolean remote;

  private AgentTraits(
      TraitValue hostname,
      TraitValue region,
      TraitValue zone,
      SortedMap<String, TraitValue> attributes,
      boolean remote) {
    this.hostname = hostname;
    this.region = region;
    this.zone = zone;
    this.attributes = attributes;
    this.remote = remote;
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
        attributes.isEmpty() ? Collections.emptySortedMap() : attributes,
        false);
  }

  /** The same as a master in this domain sees it. */
  public AgentTraits seenFrom(DomainInfo master) {
    boolean far =
        region instanceof TraitValue.Text text
            && master.hasFaultDomain()
            && !text.value().equals(master.getFaultDomain().getRegion().getName());
    return new AgentTraits(hostname, region, zone, attributes, far);
  }

  /** Whether it is in another region than the master. */
  public boolean isRemote() {
    return remote;
  }

  /** The name of its region, for people. */
  public String regionText() {
    return region.toString();
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
        && remote == that.remote
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
