package io.meseta.testkit.simulation.planted;

import io.meseta.api.link.v1.Register;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;

/** Wrong answers about resources. Public, since the code that it is woven into calls it. */
public final class OtherResources {
  private OtherResources() {}

  /** As if no operation had ever been. */
  public static Resources asConfigured(Register request) {
    try {
      return Resources.fromProto(request.getAgent().getResourcesList());
    } catch (ResourceException e) {
      throw new IllegalStateException("resources of an agent that cannot be read", e);
    }
  }

  /** The conversion, whose outcome is reserved for the role red. */
  public static Conversion freedForRed(Object conversion) {
    Conversion right = (Conversion) conversion;
    List<ResourceEntry> wrong = new ArrayList<>();
    for (ResourceEntry entry : right.converted().entries()) {
      var reservation = List.of(Reservation.ofDynamic("red", null, List.of()));
      wrong.add(new ResourceEntry(entry.key().withReservations(reservation), entry.value(), 1));
    }
    return new Conversion(right.consumed(), Resources.of(wrong));
  }
}
