package io.meseta.master;

import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ViewChange;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjDoubleConsumer;

/**
 * What comes to the core and goes from it, counted at its door: in all, and for each framework that
 * is present. The loop's thread counts, any may read.
 */
public final class Traffic {

  /** What becomes of offers, as far as master and framework say so to each other. */
  private enum Offers {
    SENT,
    ACCEPTED,
    DECLINED,
    RESCINDED
  }

  private static final Map<Call.Type, String> CALLS = MetricNames.all("calls/", Call.Type.class);
  private static final Map<Event.Type, String> EVENTS =
      MetricNames.all("events/", Event.Type.class);
  private static final Map<Operation.Type, String> OPERATIONS =
      MetricNames.all("operations/", Operation.Type.class);
  private static final Map<Offers, String> OFFERS = MetricNames.all("offers/", Offers.class);

  private final MessageCounts messages = new MessageCounts();
  private final Map<String, OfFramework> byFramework = new ConcurrentHashMap<>();

  /** By stream id. The loop's thread only. */
  private final Map<String, OfFramework> byStream = new HashMap<>();

  /** One framework. */
  private static final class OfFramework {
    final KeyedCounts<Call.Type> calls = new KeyedCounts<>();
    final KeyedCounts<Event.Type> events = new KeyedCounts<>();
    final KeyedCounts<Operation.Type> operations = new KeyedCounts<>();
    final KeyedCounts<Offers> offers = new KeyedCounts<>();

    void count(Offers what, int number) {
      offers.add(what, number);
    }

    void came(Call call) {
      calls.increment(call.getType());
      if (call.getType() == Call.Type.DECLINE) {
        count(Offers.DECLINED, call.getDecline().getOfferIdsCount());
      } else if (call.getType() == Call.Type.ACCEPT) {
        // To accept and want nothing is to decline.
        boolean wanted = call.getAccept().getOperationsCount() > 0;
        count(wanted ? Offers.ACCEPTED : Offers.DECLINED, call.getAccept().getOfferIdsCount());
        for (Operation operation : call.getAccept().getOperationsList()) {
          operations.increment(operation.getType());
        }
      }
    }

    void went(Event event) {
      events.increment(event.getType());
      switch (event.getType()) {
        case OFFERS -> count(Offers.SENT, event.getOffers().getOffersCount());
        case RESCIND -> count(Offers.RESCINDED, 1);
        // It is known by its id from here on; its call came before.
        case SUBSCRIBED -> calls.increment(Call.Type.SUBSCRIBE);
        default -> {}
      }
    }
  }

  // ---- counting ----

  /** An event is given to the core. */
  void came(MasterEvent event) {
    switch (event) {
      case MasterEvent.CallReceived e -> came(e.call());
      case MasterEvent.AgentMessageReceived e -> messages.came(e.message());
      case MasterEvent.StreamClosed e -> byStream.remove(e.streamId());
      default -> {}
    }
  }

  private void came(Call call) {
    messages.came(call);
    if (call.getType() != Call.Type.SUBSCRIBE) {
      // Nobody becomes known by claiming an id.
      OfFramework known = byFramework.get(call.getFrameworkId().getValue());
      if (known != null) {
        known.came(call);
      }
    }
  }

  /** The core has ordered something. */
  void went(MasterEffect effect) {
    switch (effect) {
      case MasterEffect.SendToFramework e -> went(e.streamId(), e.event());
      case MasterEffect.SendToAgent e -> messages.went(e.message());
      case MasterEffect.CloseStream e -> byStream.remove(e.streamId());
      case MasterEffect.DropEverything ignored -> forgetAll();
      default -> {}
    }
  }

  private void went(String stream, Event event) {
    messages.went(event);
    if (event.getType() == Event.Type.SUBSCRIBED) {
      String id = event.getSubscribed().getFrameworkId().getValue();
      byStream.put(stream, byFramework.computeIfAbsent(id, unused -> new OfFramework()));
    }
    OfFramework known = byStream.get(stream);
    if (known != null) {
      known.went(event);
    }
  }

  /** Those who are gone are forgotten. */
  void forget(MasterView.Changes changes) {
    for (ViewChange change : changes.all()) {
      if (change instanceof ViewChange.FrameworkRemoved removed) {
        byFramework.remove(removed.info().getId().getValue());
      }
    }
  }

  /** Nobody is present any more. */
  void forgetAll() {
    byStream.clear();
    byFramework.clear();
  }

  // ---- reading ----

  void forEach(ObjDoubleConsumer<String> reader) {
    messages.forEach(reader);
  }

  /**
   * The numbers of a framework: sums, and what there was of each type; nothing of one that has not
   * subscribed to this master.
   */
  void forEach(String framework, String prefix, ObjDoubleConsumer<String> reader) {
    OfFramework known = byFramework.get(framework);
    if (known != null) {
      give(prefix, "calls", known.calls, CALLS, reader);
      give(prefix, "events", known.events, EVENTS, reader);
      give(prefix, "operations", known.operations, OPERATIONS, reader);
      OFFERS.forEach((what, name) -> reader.accept(prefix + name, (double) known.offers.of(what)));
    }
  }

  private static <K> void give(
      String prefix,
      String sum,
      KeyedCounts<K> counts,
      Map<K, String> names,
      ObjDoubleConsumer<String> reader) {
    long[] all = {0};
    counts.forEach((what, count) -> {
      reader.accept(prefix + names.get(what), (double) count);
      all[0] += count;
    });
    reader.accept(prefix + sum, (double) all[0]);
  }
}
