package io.meseta.master.view;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The cluster at one moment.
 *
 * @param leading who this master is, while it leads; everything else is empty when it does not
 * @param leadingSince when this term began
 * @param completedFrameworks gone for good; bounded
 */
public record MasterView(
    Optional<MasterInfo> leading,
    Instant leadingSince,
    SortedMap<AgentId, AgentView> agents,
    SortedMap<FrameworkId, FrameworkView> frameworks,
    SortedMap<FrameworkId, FrameworkView> completedFrameworks) {

  /** The view of a master that does not lead. */
  public static MasterView notLeading() {
    return new MasterView(
        Optional.empty(),
        Instant.EPOCH,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap());
  }
}
