package io.meseta.master.view;

import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Operation;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The cluster at one moment. The maps share what has not changed with those of the view before, so
 * that a view costs what has changed, and holding one holds up nobody.
 *
 * @param index grows by one with each view of a term of leadership, beginning with 1; 0 without one
 * @param leading who this master is, while it leads; everything else is empty when it does not
 * @param leadingSince when this term began
 * @param completedFrameworks gone for good; bounded
 * @param operations those that are not over, or not acknowledged; agents without any are not in it
 * @param roles those about which operators have decided something
 * @param maintenance which machines are, or will be, away
 * @param changes what has happened since the view before this one
 */
public record MasterView(
    long index,
    Optional<MasterInfo> leading,
    Instant leadingSince,
    SortedMap<AgentId, AgentView> agents,
    SortedMap<FrameworkId, FrameworkView> frameworks,
    SortedMap<FrameworkId, FrameworkView> completedFrameworks,
    SortedMap<AgentId, List<Operation>> operations,
    SortedMap<String, RoleView> roles,
    ClusterTotals totals,
    MaintenanceView maintenance,
    Changes changes) {

  /**
   * What has happened between two views, in the order in which it did.
   *
   * @param complete false if it was too much to be kept: whoever follows has to begin anew
   */
  public record Changes(List<ViewChange> all, boolean complete) {
    public static final Changes NONE = new Changes(List.of(), true);
  }

  /** The view of a master that does not lead. */
  public static MasterView notLeading() {
    return new MasterView(
        0,
        Optional.empty(),
        Instant.EPOCH,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        ClusterTotals.NONE,
        MaintenanceView.NONE,
        Changes.NONE);
  }
}
