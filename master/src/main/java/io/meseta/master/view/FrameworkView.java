package io.meseta.master.view;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Quantities;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One framework at one moment. The maps share what has not changed with those of the view before.
 *
 * @param recovered known to this master, and has not subscribed to it yet
 * @param unregisteredAt when it went for good, if it has
 * @param used the amounts that its tasks and executors hold; ranges and sets, which differ from
 *     agent to agent, are with the tasks
 * @param offered the amounts that its open offers hold
 * @param taskStates how many of its tasks, unreachable ones included, are in which state
 * @param offerConstraints of its present subscription
 * @param completedTasks bounded; numbered in the order in which they ended
 */
public record FrameworkView(
    FrameworkInfo info,
    boolean connected,
    boolean recovered,
    Instant registeredAt,
    Optional<Instant> reregisteredAt,
    Optional<Instant> unregisteredAt,
    Quantities used,
    Quantities offered,
    Map<TaskState, Integer> taskStates,
    TasksByAgent tasks,
    TasksByAgent unreachableTasks,
    SortedMap<Long, TaskView> completedTasks,
    SortedMap<OfferId, OfferView> offers,
    SortedMap<ExecutorPlace, ExecutorView> executors,
    OfferConstraints offerConstraints) {}
