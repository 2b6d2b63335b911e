package io.meseta.master.core;

import io.meseta.master.view.MasterView;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pictures of one term, one after the other; each is drawn from what was touched since. */
final class Views {

  private final Slices slices;
  private final Instant leadingSince;
  private long index;

  /** Null in a core that was restored from a recording: its first picture is a whole one. */
  private transient @Nullable ClusterPicture picture;

  Views(Slices slices, Instant leadingSince) {
    this.slices = slices;
    this.leadingSince = leadingSince;
  }

  /** The picture of now; empty if nothing has changed since the last one. */
  Optional<MasterView> refresh() {
    Cluster cluster = slices.cluster();
    Touched touched = cluster.touched;
    ClusterPicture drawn = picture;
    if (drawn == null) {
      drawn = new ClusterPicture(cluster);
      picture = drawn;
      touched.everythingOf(cluster, slices.offers());
      touched.roles = true;
    } else if (touched.isNothing()) {
      return Optional.empty();
    }
    drawn.redraw(touched, slices.rolePolicies());
    if (touched.maintenance) {
      drawn.redraw(slices.maintenance().view());
    }
    MasterView.Changes changes = drawn.changes(touched);
    touched.clear();
    index++;
    return Optional.of(drawn.view(index, leadingSince, changes));
  }
}
