/** How an executor's driver works; not for authors. */
@NullMarked
package io.meseta.executor.internal;

import org.jspecify.annotations.NullMarked;
