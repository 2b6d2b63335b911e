/**
 * Is this call acceptable now: a reason or nothing. Pure: what has to be known beside the message
 * comes as small facts ({@link io.meseta.master.validation.LaunchFacts}, {@link
 * io.meseta.master.validation.OfferFacts}), and nothing is changed here.
 *
 * <p>Each reason is written for the one who sent the message, and says what to change. What becomes
 * of it depends on the rule's class:
 *
 * <ul>
 *   <li>{@link io.meseta.master.validation.CallValidation}: the answer is 400 with the reason;
 *   <li>{@link io.meseta.master.validation.FrameworkValidation}: the stream has one ERROR event;
 *   <li>{@link io.meseta.master.validation.OfferValidation}: tasks are lost with
 *       REASON_INVALID_OFFERS;
 *   <li>{@link io.meseta.master.validation.LaunchValidation}: TASK_ERROR with REASON_TASK_INVALID.
 * </ul>
 */
@NullMarked
package io.meseta.master.validation;

import org.jspecify.annotations.NullMarked;
