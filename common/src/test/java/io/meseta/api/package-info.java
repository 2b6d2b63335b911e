/**
 * Tests of the wire messages against the public Mesos v1 API, whose own Java classes are the
 * oracle.
 */
@NullMarked
package io.meseta.api;

import org.jspecify.annotations.NullMarked;
