package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Decides who is offered what, from the facts that it was told.
 *
 * <p>Not safe for use by several threads: it belongs to the core. Facts may come in any order that
 * makes sense (an agent before the frameworks whose tasks it runs); adding what is there already,
 * or changing what is not there, is a mistake of the caller and throws {@link
 * IllegalStateException} before anything has changed.
 */
public interface Allocator {

  /** A framework has subscribed. It is active, and gets offers from the next cycle on. */
  void addFramework(FrameworkFacts framework);

  /**
   * Roles, capabilities or suppressed roles are other ones now. Open grants of a role that is gone
   * stay open: the caller rescinds them.
   */
  void updateFramework(FrameworkFacts framework);

  /** It is connected again. */
  void activateFramework(FrameworkId framework);

  /**
   * It is disconnected, and gets nothing. Its filters are forgotten, because a new instance has
   * refused nothing. Open grants stay open: the caller rescinds them.
   */
  void deactivateFramework(FrameworkId framework);

  /**
   * It is gone for good. Its open grants are free again without further word; what its tasks use
   * stays charged until {@link #release}.
   */
  void removeFramework(FrameworkId framework);

  /** No offers for these roles of it; for all its roles when there are none given. */
  void suppress(FrameworkId framework, Collection<String> roles);

  /** Offers again for these roles (all when none are given), whatever was refused before. */
  void revive(FrameworkId framework, Collection<String> roles);

  /** The role counts so much when shares are compared, in thousandths; 1000 unless told. */
  void setWeight(String role, long weightMilli);

  /**
   * What the role, with all those below it, gets at least and at most; {@link Quota#NONE} until
   * told. What it holds already stays with it.
   */
  void setQuota(String role, Quota quota);

  /**
   * An agent is there, with what its tasks use already. Their frameworks need not be known.
   *
   * @throws IllegalArgumentException when two of the holdings use the same port or volume: see
   *     {@link Holding#conflict}
   */
  void addAgent(AgentFacts agent, List<Holding> inUse);

  /**
   * It has other resources now. Where that is less than what is granted and in use, nothing is free
   * until enough has come back.
   */
  void updateAgent(AgentFacts agent);

  /** Its resources may be granted again. */
  void activateAgent(AgentId agent);

  /** Nothing of it is granted any more. Open grants stay open: the caller rescinds them. */
  void deactivateAgent(AgentId agent);

  /** It is gone, with its open grants and all that was in use there. */
  void removeAgent(AgentId agent);

  /**
   * More is in use on the agent than was granted here, such as a task that it reports.
   *
   * @throws IllegalArgumentException when that has the same port or volume as what is granted or in
   *     use: see {@link #conflict}
   */
  void charge(AgentId agent, Holding holding);

  /** Why {@link #charge} would refuse this, or nothing. */
  Optional<String> conflict(AgentId agent, Holding holding);

  /** No longer in use: a task has ended. Nothing happens when the agent is gone. */
  void release(AgentId agent, Holding holding);

  /**
   * An offer has ended without an answer of the framework: its grant is closed, all of it is free,
   * and nobody has refused anything. Nothing happens when the agent is gone.
   */
  void takeBack(Grant grant);

  /**
   * Offers have been answered: their grants are closed, {@code used} is in use from now on, the
   * rest is free. Nothing happens when the agent is gone. A framework that gives everything back
   * again and again without a refusal may be asked after the others for some cycles.
   *
   * @param grants open grants of one framework and role on one agent; at least one
   * @param used all or a part of them; empty for a decline
   * @param refusal for how long the framework does not want to see the rest again
   */
  void answer(List<Grant> grants, Resources used, Optional<Refusal> refusal, Instant now);

  /**
   * Operations have made something else of a part of what is granted: the agent has {@code to}
   * instead of {@code from} from now on. The grants are closed, and the one that is returned is
   * open in their place, with all that they held, converted.
   *
   * @param grants open grants of one framework and role on one agent; at least one
   * @param from a part of them
   * @throws IllegalStateException when the agent is not there, {@code from} is not granted, or the
   *     agent has shrunk since and has not got it any more
   */
  Grant convert(List<Grant> grants, Resources from, Resources to, Instant now);

  /** Runs one cycle: all that can be granted now is granted, and each grant is open. */
  List<Grant> allocate(Instant now);

  /** All scalars of all agents together. */
  Quantities totals();

  /**
   * What counts against the quota of the role: all that is reserved for it or a role below it, used
   * or not, and what those hold beside that, offers included.
   */
  Quantities consumption(String role);

  /** When the next filter ends, which can make a cycle worth while. */
  Optional<Instant> nextFilterExpiry();

  /** Whether a cycle could grant anything that the last one could not, filters apart. */
  boolean hasWork();

  /**
   * Why the framework is not offered more, role by role and agent by agent; nothing when it is not
   * there. Changes nothing that is decided later, like all questions.
   */
  Optional<Explanation> explain(FrameworkId framework, Question question, Instant now);

  /** For each role of the framework and each agent, all reasons why it is not offered. */
  default Optional<Explanation> explain(FrameworkId framework, Instant now) {
    return explain(framework, Question.EVERYTHING, now);
  }

  /** How a role and its frameworks fare; nothing when nothing is known of the role. */
  Optional<RoleExplanation> explain(String role, Question question, Instant now);

  /** How long each framework has been without an offer, in each of its roles. */
  List<Waiting> waiting(Instant now);

  /**
   * Who keeps too many offers from others, or too much, for longer than this; nobody while only one
   * framework wants offers.
   */
  List<Hoarder> hoarders(Duration longerThan, Instant now);
}
