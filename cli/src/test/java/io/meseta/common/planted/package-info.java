/** Violations of the module rules, planted on purpose. */
@NullMarked
package io.meseta.common.planted;

import org.jspecify.annotations.NullMarked;
