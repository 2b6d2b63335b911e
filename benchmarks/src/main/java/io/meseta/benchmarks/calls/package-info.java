/**
 * Clients of the scheduler API that cost next to nothing: what is measured with them is the master.
 */
@NullMarked
package io.meseta.benchmarks.calls;

import org.jspecify.annotations.NullMarked;
