package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.scheduler.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects the effects of one event, in order. */
final class Outbox {

  private List<MasterEffect> effects = new ArrayList<>();

  void add(MasterEffect effect) {
    effects.add(effect);
  }

  void accepted(long exchange) {
    add(new MasterEffect.Reply(exchange, 202, ""));
  }

  /** Done: an empty answer. */
  void done(long exchange) {
    add(new MasterEffect.Reply(exchange, 200, ""));
  }

  void refused(long exchange, int status, String reason) {
    add(new MasterEffect.Reply(exchange, status, reason));
  }

  void toFramework(String streamId, Event event) {
    add(new MasterEffect.SendToFramework(streamId, event));
  }

  void toAgent(long linkId, MasterMessage.Builder message) {
    add(new MasterEffect.SendToAgent(linkId, message.build()));
  }

  void setTimer(MasterTimer timer, Duration after) {
    add(new MasterEffect.SetTimer(timer, after));
  }

  void cancelTimer(MasterTimer timer) {
    add(new MasterEffect.CancelTimer(timer));
  }

  List<MasterEffect> drain() {
    List<MasterEffect> drained = effects;
    effects = new ArrayList<>();
    return drained;
  }
}
