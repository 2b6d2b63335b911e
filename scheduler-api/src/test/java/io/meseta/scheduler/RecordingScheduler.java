package io.meseta.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.InverseOffer;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskStatus;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Notes every callback as a line, and does what a test wants done about updates. */
class RecordingScheduler implements Scheduler {

  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private volatile BiConsumer<SchedulerDriver, TaskStatus> onUpdate = (driver, status) -> {};
  private volatile BiConsumer<SchedulerDriver, List<Offer>> onOffers = (driver, offers) -> {};

  void onUpdate(BiConsumer<SchedulerDriver, TaskStatus> action) {
    onUpdate = action;
  }

  void onOffers(BiConsumer<SchedulerDriver, List<Offer>> action) {
    onOffers = action;
  }

  /** The next callback, waited for. */
  String next() throws InterruptedException {
    String line = lines.poll(60, TimeUnit.SECONDS);
    assertThat(line).as("a callback").isNotNull();
    return line;
  }

  private void note(String line) {
    lines.add(line);
  }

  @Override
  public void subscribed(SchedulerDriver driver, FrameworkID frameworkId, MasterInfo master) {
    note("subscribed " + frameworkId.getValue() + " " + master.getId());
  }

  @Override
  public void resubscribed(SchedulerDriver driver, FrameworkID frameworkId, MasterInfo master) {
    note("resubscribed " + frameworkId.getValue() + " " + master.getId());
  }

  @Override
  public void offers(SchedulerDriver driver, List<Offer> offers) {
    note("offers " + offers.size());
    onOffers.accept(driver, offers);
  }

  @Override
  public void offerRescinded(SchedulerDriver driver, OfferID offer) {
    note("rescinded " + offer.getValue());
  }

  @Override
  public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
    note("update " + status.getTaskId().getValue() + " " + status.getState());
    onUpdate.accept(driver, status);
  }

  @Override
  public void message(SchedulerDriver driver, ExecutorID executor, AgentID agent, byte[] data) {
    note("message " + executor.getValue() + " " + agent.getValue() + " " + data.length);
  }

  @Override
  public void agentLost(SchedulerDriver driver, AgentID agent) {
    note("agentLost " + agent.getValue());
  }

  @Override
  public void executorExited(
      SchedulerDriver driver, ExecutorID executor, AgentID agent, int status) {
    note("executorExited " + executor.getValue() + " " + agent.getValue() + " " + status);
  }

  @Override
  public void inverseOffers(SchedulerDriver driver, List<InverseOffer> inverseOffers) {
    note("inverseOffers " + inverseOffers.size());
  }

  @Override
  public void inverseOfferRescinded(SchedulerDriver driver, OfferID inverseOffer) {
    note("inverseOfferRescinded " + inverseOffer.getValue());
  }

  @Override
  public void operationUpdate(SchedulerDriver driver, OperationStatus status) {
    note("operation " + status.getState());
  }

  @Override
  public void disconnected(SchedulerDriver driver, String reason) {
    note("disconnected " + reason);
  }

  @Override
  public void error(SchedulerDriver driver, String message) {
    note("error " + message);
  }
}
