/** How frameworks answered inverse offers. */
@NullMarked
package io.meseta.api.v1.allocator;

import org.jspecify.annotations.NullMarked;
