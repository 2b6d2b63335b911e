/** Planned maintenance of machines. */
@NullMarked
package io.meseta.api.v1.maintenance;

import org.jspecify.annotations.NullMarked;
