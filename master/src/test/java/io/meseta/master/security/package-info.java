/** Tests of the master's guards. */
@NullMarked
package io.meseta.master.security;

import org.jspecify.annotations.NullMarked;
