/**
 * Single operations of resources and of the allocation, measured by JMH: {@code ./meseta bench
 * jmh}.
 */
@NullMarked
package io.meseta.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
