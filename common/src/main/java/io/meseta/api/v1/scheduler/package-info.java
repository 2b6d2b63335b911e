/** The scheduler API: what frameworks ask of the master, and what they are told. */
@NullMarked
package io.meseta.api.v1.scheduler;

import org.jspecify.annotations.NullMarked;
