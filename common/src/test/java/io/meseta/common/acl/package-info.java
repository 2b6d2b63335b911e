/** Tests of access control lists: each action for whom its list names and for whom it does not. */
@NullMarked
package io.meseta.common.acl;

import org.jspecify.annotations.NullMarked;
