/** Guarantees and limits of roles. */
@NullMarked
package io.meseta.api.v1.quota;

import org.jspecify.annotations.NullMarked;
