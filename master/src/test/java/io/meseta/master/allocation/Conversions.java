package io.meseta.master.allocation;

import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What operations make of resources, in a {@link History}. */
final class Conversions {
  private final History history;
  private int volumes;

  Conversions(History history) {
    this.history = history;
  }

  /** One operation on a part of something that is granted, if there is anything. */
  void some() {
    var account = history.account;
    if (account.open.isEmpty()) {
      return;
    }
    var grants = history.someTogether();
    var entries = History.sum(grants).entries();
    var entry = entries.get(history.random.nextInt(entries.size()));
    var made = history.random.nextInt(3) == 0 ? undone(entry.key()) : done(entry, grants.get(0));
    if (made.isPresent() && entry.copies() == 1) {
      var part = entry.key().disk() == null ? part(entry) : entry;
      var from = Resources.of(List.of(part));
      if (isThere(grants, from)) {
        convert(grants, from, Resources.of(made.get(), part.value()));
      }
    }
  }

  /** Not so when the agent has shrunk since. */
  private boolean isThere(List<Grant> grants, Resources from) {
    var agent = grants.get(0).agent().value();
    var others = history.account.heldOn(agent);
    others.removeAll(grants);
    return history.account.total(agent).without(History.sum(others)).contains(from);
  }

  private ResourceEntry part(ResourceEntry entry) {
    if (entry.value() instanceof Scalar scalar && history.random.nextBoolean()) {
      return new ResourceEntry(entry.key(), new Scalar((scalar.milli() + 1) / 2), 1);
    }
    return entry;
  }

  /** Reserves it, or makes a volume of it. */
  private Optional<ResourceKey> done(ResourceEntry entry, Grant grant) {
    var key = entry.key();
    if (key.revocable() || key.shared() || key.disk() != null || grant.role().equals("*")) {
      return Optional.empty();
    }
    if (key.name().equals("disk") && !key.isUnreserved() && history.random.nextBoolean()) {
      return Optional.of(key.withDisk(Draws.volume("made" + volumes++)));
    }
    boolean reservable =
        key.reservationRole().map(role -> grant.role().startsWith(role + "/")).orElse(true);
    if (!reservable) {
      return Optional.empty();
    }
    var chain = new ArrayList<>(key.reservations());
    chain.add(Reservation.ofDynamic(grant.role(), "me", List.of()));
    return Optional.of(key.withReservations(chain));
  }

  /**
   * Destroys the volume, or takes the innermost reservation away, if it was made by an operation.
   */
  static Optional<ResourceKey> undone(ResourceKey key) {
    if (key.shared()) {
      return Optional.empty();
    }
    if (key.disk() != null) {
      return Optional.of(key.withDisk(null));
    }
    var chain = key.reservations();
    int last = chain.size() - 1;
    return last < 0 || chain.get(last).type() == Reservation.Type.STATIC
        ? Optional.empty()
        : Optional.of(key.withReservations(chain.subList(0, last)));
  }

  void undo(Grant grant, ResourceEntry entry) {
    convert(
        List.of(grant),
        Resources.of(List.of(entry)),
        Resources.of(undone(entry.key()).orElseThrow(), entry.value()));
  }

  private void convert(List<Grant> grants, Resources from, Resources to) {
    var account = history.account;
    var agent = grants.get(0).agent().value();
    account.open.removeAll(grants);
    account.totals.put(agent, account.total(agent).minusOrThrow(from).plus(to));
    account.open.add(history.allocator.convert(grants, from, to, history.now));
  }
}
