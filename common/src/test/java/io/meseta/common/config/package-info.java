/** Tests of the options. */
@NullMarked
package io.meseta.common.config;

import org.jspecify.annotations.NullMarked;
