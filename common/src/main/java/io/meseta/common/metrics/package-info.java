/**
 * What operators watch: Micrometer meters, shown in Prometheus's text form.
 *
 * <p>Gauges read what is published anyway (a view, a counter), so that measuring costs nothing
 * while nobody looks.
 */
@NullMarked
package io.meseta.common.metrics;

import org.jspecify.annotations.NullMarked;
