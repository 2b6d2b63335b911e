/**
 * Who may ask the master what: the master's part of what {@link io.meseta.common.auth} and {@link
 * io.meseta.common.acl} do for all daemons.
 *
 * <pre>
 * head of a request ─► {@link io.meseta.master.security.MasterRealms}: realm ─► principal, or 401
 *                   ─► what the path alone tells: allowed, or 403
 * operator's call   ─► {@link io.meseta.master.security.CallGuard}: allowed, or 403; audit line
 * scheduler's call  ─► {@link io.meseta.master.security.SchedulerGuard}: its turn; principal; audit line
 *                   ─► the core, where frameworks are known, asks what they may run and reserve
 * read              ─► {@link io.meseta.master.security.ReadFilters}: what of the view is shown
 * </pre>
 */
@NullMarked
package io.meseta.master.security;

import org.jspecify.annotations.NullMarked;
