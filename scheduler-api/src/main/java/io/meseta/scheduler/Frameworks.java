package io.meseta.scheduler;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import java.time.Duration;

/** Short ways to say who a framework is. */
public final class Frameworks {

  private Frameworks() {}

  /**
   * A framework as one would write it today: it may have several roles, is told the truth about
   * tasks on agents that cannot be reached, and sees TASK_KILLING.
   *
   * <p>Its user is {@code root}, which matters for tasks without a container image. Its tasks are
   * killed as soon as it disconnects; {@link #surviving} makes one whose tasks stay.
   *
   * @param name what people see
   * @param roles on whose behalf resources are offered; none means {@code *}
   * @return the info, to be completed
   */
  public static FrameworkInfo.Builder named(String name, String... roles) {
    FrameworkInfo.Builder framework = FrameworkInfo.newBuilder().setName(name).setUser("root");
    for (String role : roles.length == 0 ? new String[] {"*"} : roles) {
      framework.addRoles(role);
    }
    for (Capability.Type type :
        new Capability.Type[] {
          Capability.Type.MULTI_ROLE,
          Capability.Type.PARTITION_AWARE,
          Capability.Type.TASK_KILLING_STATE,
          Capability.Type.RESERVATION_REFINEMENT
        }) {
      framework.addCapabilities(Capability.newBuilder().setType(type));
    }
    return framework;
  }

  /**
   * A framework whose tasks outlive its process: they run on for this long after the framework has
   * disconnected, so that another instance can take over.
   *
   * @param name what people see
   * @param failoverTimeout a week or more in production
   * @param roles on whose behalf resources are offered; none means {@code *}
   * @return the info, to be completed
   */
  public static FrameworkInfo.Builder surviving(
      String name, Duration failoverTimeout, String... roles) {
    return named(name, roles)
        .setFailoverTimeout(failoverTimeout.toNanos() / 1e9)
        .setCheckpoint(true);
  }

  /**
   * The id of an earlier instance, as it was stored.
   *
   * @param id the text of the id
   * @return for {@code FrameworkInfo.Builder.setId}
   */
  public static FrameworkID id(String id) {
    return FrameworkID.newBuilder().setValue(id).build();
  }
}
