/**
 * Options: typed values with units, and where a value comes from.
 *
 * <pre>
 * command line  &gt;  environment MESETA_&lt;PROGRAM&gt;_&lt;OPTION&gt;  &gt;  environment MESETA_&lt;OPTION&gt;
 *               &gt;  properties file of --config  &gt;  the option's own default
 * </pre>
 *
 * <p>Options are picocli's, named as Mesos names them where they mean the same ({@code
 * --offer_timeout}); {@link io.meseta.common.config.LayeredDefaults} brings in the layers below the
 * command line. Durations ({@code 15secs}) and sizes ({@code 64MB}) are written as in Mesos.
 */
@NullMarked
package io.meseta.common.config;

import org.jspecify.annotations.NullMarked;
