/** Do the benchmarks measure the right work? */
@NullMarked
package io.meseta.benchmarks.allocator;

import org.jspecify.annotations.NullMarked;
