package io.meseta.scheduler;

import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Optional;

/** What an offer has. */
public final class Offers {

  private Offers() {}

  /**
   * CPUs, reserved or not.
   *
   * @param offer an offer
   * @return in CPUs
   */
  public static double cpus(Offer offer) {
    return Resources.sum(offer.getResourcesList(), "cpus");
  }

  /**
   * Memory, reserved or not.
   *
   * @param offer an offer
   * @return in MiB
   */
  public static double memoryMiB(Offer offer) {
    return Resources.sum(offer.getResourcesList(), "mem");
  }

  /**
   * Disk space, reserved or not, persistent volumes included.
   *
   * @param offer an offer
   * @return in MiB
   */
  public static double diskMiB(Offer offer) {
    return Resources.sum(offer.getResourcesList(), "disk");
  }

  /**
   * How many ports there are.
   *
   * @param offer an offer
   * @return a number of ports
   */
  public static long ports(Offer offer) {
    long count = 0;
    for (Resource resource : offer.getResourcesList()) {
      if (resource.getName().equals("ports")) {
        for (Value.Range range : resource.getRanges().getRangeList()) {
          count += range.getEnd() - range.getBegin() + 1;
        }
      }
    }
    return count;
  }

  /**
   * An attribute of the agent that is a text, such as a rack.
   *
   * @param offer an offer
   * @param name the attribute's name
   * @return the text; empty when there is no such attribute, or it is no text
   */
  public static Optional<String> attribute(Offer offer, String name) {
    return offer.getAttributesList().stream()
        .filter(attribute -> attribute.getName().equals(name) && attribute.hasText())
        .map(Attribute::getText)
        .map(Value.Text::getValue)
        .findFirst();
  }

  /**
   * One line for a log: the agent and what there is.
   *
   * @param offer an offer
   * @return for people
   */
  public static String describe(Offer offer) {
    DecimalFormat number =
        new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return String.format(
        Locale.ROOT,
        "%s: %s cpus, %s MiB memory, %s MiB disk, %d ports",
        offer.getHostname(),
        number.format(cpus(offer)),
        number.format(memoryMiB(offer)),
        number.format(diskMiB(offer)),
        ports(offer));
  }
}
