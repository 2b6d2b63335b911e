package io.meseta.master.view;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.maintenance.Schedule;
import java.util.List;

/**
 * The maintenance that operators have planned, and what has begun of it.
 *
 * @param schedule all of it, machines that are down included
 * @param down machines that are away now, in the order in which they were taken down
 */
public record MaintenanceView(Schedule schedule, List<MachineID> down) {
  public static final MaintenanceView NONE =
      new MaintenanceView(Schedule.getDefaultInstance(), List.of());
}
