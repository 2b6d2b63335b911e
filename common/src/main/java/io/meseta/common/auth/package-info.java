/**
 * Who is it? Authentication at the edge of a daemon, the same for all daemons, and what goes with
 * it.
 *
 * <pre>
 * request's head ─► {@link io.meseta.common.auth.AuthenticationGate}
 *                     which {@link io.meseta.common.auth.Realm} is the path of?
 *                     {@link io.meseta.common.auth.Authenticator}: basic or bearer ─► principal, or 401
 *                ─► handler, which asks {@link io.meseta.common.acl.Authorizer} what the principal may do
 *                ─► {@link io.meseta.common.auth.AuditLog}: what became of it
 * </pre>
 *
 * <p>{@link io.meseta.common.auth.Access} holds what all of them ask, and reads it anew when its
 * files change.
 *
 * <p>Secrets are kept as digests, where they are only compared, and have no way into a log, a page
 * or an error message.
 */
@NullMarked
package io.meseta.common.auth;

import org.jspecify.annotations.NullMarked;
