/**
 * What agents that are merely there cost a master: thousands of real connections over loopback on
 * which nothing but heartbeats goes back and forth. The master has a process of its own, so that
 * its processor time and its memory are its own, too.
 */
@NullMarked
package io.meseta.benchmarks.agents;

import org.jspecify.annotations.NullMarked;
