/**
 * Who may do what: access control lists in Mesos's form, and the verdict of one of them. Pure:
 * facts in, a verdict out, so that cores may ask too.
 *
 * <pre>
 * --acls (JSON) ─► {@link io.meseta.common.acl.AclFormat} ─► {@link io.meseta.common.acl.Authorizer}
 * principal, {@link io.meseta.common.acl.Action}, object ─► Authorizer.allows ─► yes or no
 * </pre>
 */
@NullMarked
package io.meseta.common.acl;

import org.jspecify.annotations.NullMarked;
