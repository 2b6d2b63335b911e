package io.meseta.testkit.simulation.planted;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import io.meseta.testkit.simulation.cluster.Fault;
import java.util.List;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/** What can be planted, and within how many seeds it has to be found. */
enum PlantedFault {
  AGENT_TAKES_ANY_ACKNOWLEDGEMENT(
      "the agent does not check which update is acknowledged",
      agent("UpdateStream", "headIs"),
      Change.AlwaysTrue.class,
      100),
  JOURNAL_WRITE_SKIPPED(
      "the agent does not write down what becomes of its tasks",
      new Place("io.meseta.agent.core.JournalWriter", "save", "AgentTask"),
      Change.Skipped.class,
      20),
  BROKEN_JOURNAL_IGNORED(
      "the agent takes tasks although it cannot write them down",
      agent("JournalWriter", "failing"),
      Change.AlwaysFalse.class,
      100),
  UPDATES_NOT_REPEATED(
      "an update that is not acknowledged is not sent again",
      agent("StatusUpdateStreams", "resend"),
      Change.Skipped.class,
      Fault.PARTITIONS,
      40),
  OLD_LINKS_OBEYED(
      "the agent listens to links that it has given up",
      agent("MasterLink", "isCurrent"),
      Change.AlwaysTrue.class,
      100),
  CONTAINERS_NOT_ADOPTED(
      "a restarted agent does not look at the containers of its tasks",
      agent("Recovery", "reconcile"),
      Change.Skipped.class,
      50),
  FREED_WHEN_KILLING(
      "what a task holds is free as soon as it is being killed",
      master("TaskLifecycle", "isTerminal"),
      Change.TrueWhenKilling.class,
      50),
  NEVER_FREED(
      "what a task held is not free after its end",
      master("Tasks", "releaseIfTerminal"),
      Change.Skipped.class,
      20),
  OFFERS_OUTLIVE_AGENTS(
      "offers of an agent that has left stay open",
      master("Offers", "rescindAllOf"),
      Change.Skipped.class,
      20),
  OFFERS_OUTLIVE_STREAMS(
      "offers of a framework that has left stay open",
      master("Offers", "discardAllOf"),
      Change.Skipped.class,
      20),
  OFFERS_NEVER_TIME_OUT(
      "an offer that nobody answers stays open",
      master("Offers", "handleTimeout"),
      Change.Skipped.class,
      100),
  MISSING_TASKS_KEPT(
      "tasks that a returning agent does not have are taken to run on",
      master("AgentHoldings", "dropWhatIsNotHeld"),
      Change.Skipped.class,
      100),
  RETURNING_TASKS_OVERLOOKED(
      "tasks that a returning agent has are not taken over",
      master("AgentHoldings", "takeOverTask"),
      Change.Skipped.class,
      20),
  REMOVED_FRAMEWORKS_RUN_ON(
      "agents are not told that a framework has ended",
      master("Frameworks", "shutDownOn"),
      Change.Skipped.class,
      Fault.FRAMEWORK_CRASHES,
      40),
  TWO_STREAMS(
      "the stream of a framework's older instance is left open",
      master("Frameworks", "replaceStream"),
      Change.Skipped.class,
      100),
  FILTERS_NEVER_EXPIRE(
      "what was declined once is never offered again",
      new Place("io.meseta.master.allocation.Filters", "expire", ""),
      Change.LongAgo.class,
      100),
  LOST_WHEN_RETURNED(
      "what comes back of an offer, or of a task, is not free",
      new Place("io.meseta.master.allocation.AgentNode", "giveBack", ""),
      Change.Skipped.class,
      20),
  SERVICE_FORGOTTEN(
      "a new leader does not know which agents are out of service",
      master("Registrations", "recoverService"),
      Change.Skipped.class,
      50),
  OUT_OF_SERVICE_OFFERED(
      "an agent that is deactivated or drained is offered all the same",
      master("Drains", "takeOutOfService"),
      Change.Skipped.class,
      20),
  NEVER_BACK_IN_SERVICE(
      "an agent that is reactivated is not offered again",
      master("Drains", "putBackIntoService"),
      Change.Skipped.class,
      20),
  DRAINS_NEVER_END(
      "an agent that has lost its last task is drained for ever",
      master("Drains", "maybeFinish"),
      Change.Skipped.class,
      50),
  DRAINS_NOT_HEARD(
      "an agent does not end its tasks when it is drained",
      agent("Draining", "begin"),
      Change.Skipped.class,
      50),
  DRAINS_NOT_GIVEN_UP(
      "an agent that is reactivated takes no tasks",
      agent("Draining", "stop"),
      Change.Skipped.class,
      50),
  GONE_AGENTS_ADMITTED(
      "an agent that was declared gone is let in again",
      master("Registrations", "isGone"),
      Change.AlwaysFalse.class,
      100),
  TASKS_OF_GONE_AGENTS_KEPT(
      "tasks of an agent that was declared gone are taken to run on",
      master("GoneAgents", "endTasks"),
      Change.Skipped.class,
      Fault.OPERATOR_ORDERS,
      40),
  GONE_AGENTS_STAY(
      "an agent that was declared gone does not come to its end",
      agent("Retirement", "maybeFinish"),
      Change.Skipped.class,
      20),
  WRITTEN_AS_IT_WAS(
      "the registry keeps the old description of a framework that describes itself anew",
      new Place("io.meseta.master.core.Records", "put", ""),
      Change.WrittenAsItWas.class,
      20),
  DRIVER_FORGETS_DESCRIPTIONS(
      "the driver subscribes with the description that it had first",
      new Place("io.meseta.scheduler.internal.Subscription", "replaced", ""),
      Change.Skipped.class,
      50),
  FAILOVER_CUT_SHORT(
      "frameworks have a quarter of their failover timeout to come back",
      new Place("io.meseta.master.core.Times", "duration", ""),
      Change.AQuarter.class,
      100),
  OLD_TOTAL_KEPT(
      "an agent that comes back with less is offered as it was",
      new Place("io.meseta.master.allocation.DrfAllocator", "addAgent", ""),
      Change.AsItWasFirst.class,
      100),
  TOO_SMALL_ADMITTED(
      "an agent is let in with less than its tasks hold",
      master("Reported", "problem"),
      Change.AlwaysEmpty.class,
      100),
  OPERATIONS_APPLIED_TWICE(
      "an agent that registers anew applies the last operation a second time",
      agent("MasterMessages", "take"),
      Change.OrderedAgain.class,
      20),
  CONVERSIONS_FORGOTTEN(
      "a master takes an agent that comes to it for what it is configured with",
      master("Reported", "restoredTotal"),
      Change.AsConfigured.class,
      20),
  UNRESERVED_FOR_OTHERS(
      "what is not reserved any more is reserved for another role",
      new Place("io.meseta.common.resources.Conversion", "unreserve", ""),
      Change.FreedForOthers.class,
      20),
  RESERVED_OFFERED_TO_ALL(
      "what is reserved is offered to other roles",
      new Place("io.meseta.common.resources.ResourceKey", "isAllocatableTo", ""),
      Change.AlwaysTrue.class,
      20),
  DROPPED_OPERATIONS_AWAITED(
      "operations that a returning agent does not have are waited for",
      master("Operations", "takeOver"),
      Change.Skipped.class,
      400),
  DIRECTORIES_LEFT(
      "the directory of a destroyed volume stays",
      agent("Operations", "arrange"),
      Change.Skipped.class,
      20),
  DEGRADED_OFFERED(
      "an agent that has said that it misses something is offered all the same",
      master("Agents", "changeCondition"),
      Change.Skipped.class,
      Fault.SILENT_ENGINES,
      10),
  NEVER_WELL_AGAIN(
      "an agent does not say that its container engine answers again",
      agent("Condition", "engineAnswers"),
      Change.Skipped.class,
      Fault.SILENT_ENGINES,
      10),
  UNHEALTHY_NOT_KILLED(
      "a task whose health check fails again and again runs on",
      agent("Kills", "unhealthy"),
      Change.Skipped.class,
      10),
  EXECUTORS_NOT_ADOPTED(
      "a restarted agent does not look at the containers of its executors",
      agent("ExecutorRecovery", "observed"),
      Change.Skipped.class,
      List.of(Fault.BROKEN_EXECUTORS, Fault.AGENT_CRASHES),
      20),
  GROUPS_SURVIVE(
      "of a group in which a task has failed the others run on",
      agent("EndedTasks", "endGroup"),
      Change.Skipped.class,
      Fault.BROKEN_EXECUTORS,
      20),
  EPOCH_NOT_CHECKED(
      "the registry takes writes of masters that were deposed",
      new Place("io.meseta.testkit.simulation.world.Coordination", "isOfNewestTerm", ""),
      Change.AlwaysTrue.class,
      200),
  DRIVER_TRUSTS_SILENCE(
      "the driver waits for ever for a master that says nothing",
      new Place("io.meseta.scheduler.internal.SchedulerCore", "handleTimerFired", ""),
      Change.DeafToSilence.class,
      Fault.PARTITIONS,
      200),
  DRIVER_DOES_NOT_RECONCILE(
      "the driver asks for no task after a subscription",
      new Place("io.meseta.scheduler.internal.Reconciler", "startRun", ""),
      Change.Skipped.class,
      100);

  private final String what;

  @SuppressWarnings(
      "ImmutableEnumChecker") // A record of strings, without the library's annotation.
  private final Place place;

  private final Class<?> change;

  @SuppressWarnings("ImmutableEnumChecker") // List.of, whatever was given
  private final List<Fault> alone;

  private final int seeds;

  /**
   * @param what is wrong then, in words
   * @param seeds within which it has to be found
   */
  PlantedFault(String what, Place place, Class<?> change, int seeds) {
    this(what, place, change, List.of(), seeds);
  }

  /**
   * @param alone the only thing that goes wrong: with many others at the same time this one would
   *     be mended by chance, for instance by the next registration
   */
  PlantedFault(String what, Place place, Class<?> change, Fault alone, int seeds) {
    this(what, place, change, List.of(alone), seeds);
  }

  /**
   * @param alone all that goes wrong; empty: anything may
   */
  PlantedFault(String what, Place place, Class<?> change, List<Fault> alone, int seeds) {
    this.what = what;
    this.place = place;
    this.change = change;
    this.alone = List.copyOf(alone);
    this.seeds = seeds;
  }

  /**
   * A method, by names: most of them are not visible here.
   *
   * @param firstArgument simple name of its type, where the name of the method is not enough
   */
  record Place(String type, String method, String firstArgument) {
    ElementMatcher.Junction<MethodDescription> methods() {
      ElementMatcher.Junction<MethodDescription> byName = named(method);
      if (firstArgument.isEmpty()) {
        return byName;
      }
      String inSamePackage = type.substring(0, type.lastIndexOf('.') + 1) + firstArgument;
      return byName.and(takesArgument(0, named(inSamePackage)));
    }
  }

  private static Place agent(String type, String method) {
    return new Place("io.meseta.agent.core." + type, method, "");
  }

  private static Place master(String type, String method) {
    return new Place("io.meseta.master.core." + type, method, "");
  }

  String what() {
    return what;
  }

  Place place() {
    return place;
  }

  Class<?> change() {
    return change;
  }

  /** All that goes wrong in its histories; empty if everything may. */
  List<Fault> alone() {
    return alone;
  }

  int seeds() {
    return seeds;
  }
}
