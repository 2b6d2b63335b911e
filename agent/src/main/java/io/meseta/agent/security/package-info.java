/**
 * Who may ask the agent what: the agent's part of what {@link io.meseta.common.auth} and {@link
 * io.meseta.common.acl} do for all daemons.
 *
 * <p>Coarser than at the master: pages and calls that show or touch what somebody runs need the
 * right to it for any user, because the agent does not ask about each task.
 */
@NullMarked
package io.meseta.agent.security;

import org.jspecify.annotations.NullMarked;
