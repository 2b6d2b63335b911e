package io.meseta.scheduler.internal;

import static io.meseta.scheduler.internal.CoreContext.sent;
import static io.meseta.scheduler.internal.CoreContext.status;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meseta.api.v1.TaskState;
import io.meseta.scheduler.internal.SchedulerEffect.SendCall;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says when the driver's own calls fail. */
class FailedOwnCallsTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(FailedOwnCalls.class);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final CoreContext core = new CoreContext().connected();

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
  }

  private List<String> lines() {
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** The callbacks of so many updates return. */
  private List<Long> acknowledge(int updates) {
    List<Long> underWay = new ArrayList<>();
    for (int i = 0; i < updates; i++) {
      for (SendCall call : sent(core.handled(status("t" + i, TaskState.TASK_RUNNING)))) {
        underWay.add(call.callId());
      }
    }
    return underWay;
  }

  @Test
  void aLostConnectionMakesOneLineForAllItsAcknowledgements() {
    List<Long> underWay = acknowledge(50);
    assertThat(underWay).hasSize(Outbox.ACKNOWLEDGEMENT_WINDOW);

    // Two connections break before the stream does, and the next two calls go out in vain.
    List<SendCall> inVain = new ArrayList<>(sent(core.unanswered(underWay.get(0))));
    inVain.addAll(sent(core.unanswered(underWay.get(1))));
    assertThat(inVain).hasSize(2);
    core.ended(1);
    for (long callId : underWay.subList(2, underWay.size())) {
      core.unanswered(callId);
    }
    assertThat(lines()).as("two are still under way").isEmpty();
    inVain.forEach(call -> core.neverSent(call.callId()));

    assertThat(lines())
        .containsExactly(
            "Calls of the driver failed: 50 ACKNOWLEDGE (no answer); what they were for is"
                + " retried");
  }

  @Test
  void aMasterThatDoesNotKnowUsMakesOneLine() {
    List<Long> underWay = acknowledge(30);

    for (long callId : underWay) {
      core.answered(callId, Answer.of(403, "Framework is not subscribed"));
    }

    assertThat(lines())
        .containsExactly(
            "Calls of the driver failed: 30 ACKNOWLEDGE (HTTP 403: Framework is not subscribed);"
                + " what they were for is retried");
  }

  @Test
  void aRefusalOnAGoodConnectionIsToldWhenItsNeighboursAreAnswered() {
    List<Long> underWay = acknowledge(2);

    core.answered(underWay.get(0), Answer.of(400, "no such task"));
    assertThat(lines()).isEmpty();
    core.answered(underWay.get(1), 202);

    assertThat(lines())
        .singleElement()
        .asString()
        .contains("1 ACKNOWLEDGE (HTTP 400: no such task");
  }

  @Test
  void whatIsUnderWayWhenTheDriverEndsIsTold() {
    acknowledge(3);
    core.stopped();
    core.fires(SchedulerTimer.STOP_LIMIT);

    assertThat(lines()).singleElement().asString().contains("3 ACKNOWLEDGE (the driver ended");
  }

  @Test
  void nothingIsToldWhenAllIsWell() {
    acknowledge(1).forEach(callId -> core.answered(callId, 202));
    core.ended(1);

    assertThat(lines()).isEmpty();
  }
}
