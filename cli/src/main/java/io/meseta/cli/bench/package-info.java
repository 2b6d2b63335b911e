/**
 * Measurements that the project's claims about speed rest on, each against a baseline of the same
 * run.
 */
@NullMarked
package io.meseta.cli.bench;

import org.jspecify.annotations.NullMarked;
