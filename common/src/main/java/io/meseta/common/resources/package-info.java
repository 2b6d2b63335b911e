/**
 * Quantities that can be counted exactly: what an agent has, what is offered, what a task uses.
 *
 * <p>{@link io.meseta.common.resources.Resources} is a sorted, immutable collection of entries. An
 * entry is a {@link io.meseta.common.resources.ResourceKey}, which holds all that keeps two
 * resources from being added up (name, reservations, disk, revocable, shared, provider), and a
 * {@link io.meseta.common.resources.ResourceValue}: a scalar in thousandths, ranges, or a set. No
 * {@code double} takes part in any arithmetic; one is read and written at the edge only, rounded to
 * three decimals as Mesos rounds.
 *
 * <pre>
 *   wire message ── Resources.fromProto ──┐                     ┌── toProto(role, format) ── wire message
 *   text, JSON ──── Resources.parse ──────┴── plus, minus, … ───┴── toString ─────────────── text
 * </pre>
 *
 * <p>The older way of writing a reservation ({@code role} and {@code reservation}) is turned into
 * the newer one ({@code reservations}) on the way in; on the way out the reader's capability
 * decides ({@link io.meseta.common.resources.ReservationFormat}). Whom a resource is allocated to
 * ({@code allocation_info}) is not part of it: who keeps account of that knows it anyway.
 */
@NullMarked
package io.meseta.common.resources;

import org.jspecify.annotations.NullMarked;
