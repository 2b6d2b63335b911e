/** Small value types for the ids that a core computes on, and what makes an id acceptable. */
@NullMarked
package io.meseta.common.ids;

import org.jspecify.annotations.NullMarked;
