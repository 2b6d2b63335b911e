/** Violations of the module rules, planted on purpose. */
@NullMarked
package io.meseta.master.planted;

import org.jspecify.annotations.NullMarked;
