/** Tests of the registry. */
@NullMarked
package io.meseta.master.registry;

import org.jspecify.annotations.NullMarked;
