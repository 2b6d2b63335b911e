package io.meseta.master.view;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Task;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One framework at one moment.
 *
 * @param recovered known to this master, and has not subscribed to it yet
 * @param used what its tasks hold
 * @param offered what its open offers hold
 */
public record FrameworkView(
    FrameworkInfo info,
    boolean connected,
    boolean recovered,
    Instant registeredAt,
    Optional<Instant> reregisteredAt,
    Resources used,
    Resources offered,
    List<Task> tasks,
    List<Task> unreachableTasks,
    List<Task> completedTasks,
    List<Offer> offers) {}
