package io.meseta.testkit.simulation.planted;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.scheduler.internal.SchedulerEvent;
import io.meseta.scheduler.internal.SchedulerTimer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Ways to break a method. Byte Buddy copies the bodies of these into the method itself, where an
 * assignment to a parameter changes what the method was given, or what it answers.
 */
@SuppressWarnings("UnusedVariable")
final class Change {
  private Change() {}

  /** The method does nothing and answers nothing, zero or false. */
  static final class Skipped {
    private Skipped() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return true;
    }
  }

  /** A check that lets everything pass. */
  static final class AlwaysTrue {
    private AlwaysTrue() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean answer) {
      answer = true;
    }
  }

  /** A check that never holds. */
  static final class AlwaysFalse {
    private AlwaysFalse() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean answer) {
      answer = false;
    }
  }

  /** A search that finds nothing. */
  static final class AlwaysEmpty {
    private AlwaysEmpty() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object answer) {
      answer = Optional.empty();
    }
  }

  /** A framework's record is written as the one before it, unless it ends the framework. */
  static final class WrittenAsItWas {
    private WrittenAsItWas() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(value = 0, readOnly = false, typing = Assigner.Typing.DYNAMIC)
            Object record,
        @Advice.FieldValue("frameworks") Map<FrameworkId, FrameworkRecord> frameworks) {
      if (record instanceof FrameworkRecord put
          && put.getState() == FrameworkRecord.State.ACTIVE
          && frameworks.containsKey(FrameworkId.of(put.getInfo().getId()))) {
        record = frameworks.get(FrameworkId.of(put.getInfo().getId()));
      }
    }
  }

  /** The argument, a number, is a quarter of what was said. */
  static final class AQuarter {
    private AQuarter() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 0, readOnly = false) double number) {
      number = number / 4;
    }
  }

  /** The facts of an agent are those with which it came for the first time. */
  static final class AsItWasFirst {
    private AsItWasFirst() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 0, readOnly = false) AgentFacts facts) {
      facts = FirstFacts.of(facts);
    }
  }

  /** The last order for an operation comes again, right behind the next registration. */
  static final class OrderedAgain {
    private OrderedAgain() {}

    @Advice.OnMethodExit
    static void exit(@Advice.This Object messages, @Advice.Argument(0) MasterMessage message) {
      LastOrders.heard(messages, message);
    }
  }

  /** The resources of an agent are those that it is configured with. */
  static final class AsConfigured {
    private AsConfigured() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Register request,
        @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object answer) {
      answer = OtherResources.asConfigured(request);
    }
  }

  /** What an operation frees is for the role red. */
  static final class FreedForOthers {
    private FreedForOthers() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object answer) {
      answer = OtherResources.freedForRed(answer);
    }
  }

  /** The last argument, a time, is long ago. */
  static final class LongAgo {
    private LongAgo() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(value = 0, readOnly = false) Instant now) {
      now = Instant.EPOCH;
    }
  }

  /** Also says yes to a task that is being killed. */
  static final class TrueWhenKilling {
    private TrueWhenKilling() {}

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) TaskState state, @Advice.Return(readOnly = false) boolean answer) {
      answer = answer || state == TaskState.TASK_KILLING;
    }
  }

  /** The driver does not care when heartbeats stop. */
  static final class DeafToSilence {
    private DeafToSilence() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.Argument(0) SchedulerEvent.TimerFired fired) {
      return fired.timer() == SchedulerTimer.HEARTBEAT;
    }
  }
}
